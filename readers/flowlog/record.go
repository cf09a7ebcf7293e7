// Package flowlog reads logs of real traffic: Windows' pfirewall.log, kernel LOG lines, conntrack, Zeek,
// VPC flow logs, nfdump and plain CSV.
//
// Read turns a log into Records, line by line, and keeps none of them. A record has source, destination and ports,
// and the direction, answer and verdict if the log has them. Read never guesses a direction from port numbers,
// since it does not know what the host listens on.
package flowlog

import (
	"net/netip"

	"rolewall/ruleset"
)

// Answer says whether the other side answered.
type Answer uint8

// The answers. The zero value means that the log does not say.
const (
	AnswerUnknown Answer = iota
	Answered
	Unanswered
)

// Verdict says what a firewall did with the traffic.
type Verdict uint8

// The verdicts. The zero value means that the log does not say.
const (
	VerdictUnknown Verdict = iota
	Allowed
	Dropped
)

// Record is one entry of a log: Src sent packets to Dst.
type Record struct {
	Time             int64 // microseconds since 1970, UTC; 0 if unknown
	Last             int64 // the same for the last packet; 0 if the record has one time
	Src, Dst         netip.Addr
	Protocol         ruleset.Protocol
	SrcPort, DstPort uint16
	Type, Code       uint8  // ICMP and ICMPv6
	Count            uint64 // number of connections or packets; 0 for an event of a connection that another record counts
	Began            bool   // Src opened the conversation; false if unknown
	Reply            bool   // Src answered, so Dst opened the conversation
	Inbound          bool   // the log says that the host that logged received it
	Outbound         bool   // the log says that the host that logged sent it
	Forwarded        bool   // the log says that the host forwarded it
	Answer           Answer
	Verdict          Verdict
	Interface        []byte     // the incoming interface, valid until the next record; empty if unknown
	NewDst           netip.Addr // the new destination after DNAT; invalid if there is none
	NewPort          uint16
}

// Notes says what a log as a whole has.
type Notes struct {
	Lines    int      // lines read
	Records  int      // records of traffic
	Skipped  int      // lines other than traffic: headers, other messages of a syslog
	Bad      int      // lines that look like traffic and are not understood
	FirstBad []string // the first of these with their location: "web1.log:17: ..."
	Lost     int      // number of times that the log says entries are missing
	Sampled  bool     // the log has only a sample of the traffic
	Snapshot bool     // the log is the state of a single moment
}
