// Package flowlog reads logs of real traffic: Windows' pfirewall.log, kernel LOG lines, conntrack, Zeek,
// VPC flow logs, nfdump and plain CSV.
//
// A Reader turns a log into Records, line by line, and keeps none of them. A record has source, destination and ports,
// and as much of direction, answer and verdict as the log tells. A Reader never guesses a direction from port numbers, since it
// does not know what the host listens on.
package flowlog

import (
	"net/netip"

	"rolewall/ruleset"
)

// Answer says whether the other side answered.
type Answer uint8

// The answers. The zero value is that the log does not tell.
const (
	AnswerUnknown Answer = iota
	Answered
	Unanswered
)

// Verdict says what a firewall did with the traffic.
type Verdict uint8

// The verdicts. The zero value is that the log does not tell.
const (
	VerdictUnknown Verdict = iota
	Allowed
	Dropped
)

// Record is one entry of a log. Src sent to Dst.
type Record struct {
	Time             int64 // microseconds since 1970, UTC; 0 where the log does not tell
	Last             int64 // the same, of the last packet; 0 where the record has one time
	Src, Dst         netip.Addr
	Protocol         ruleset.Protocol
	SrcPort, DstPort uint16
	Type, Code       uint8  // ICMP and ICMPv6
	Count            uint64 // how many connections or packets; 0 for news of one that another record counts
	Began            bool   // Src began the conversation; false: the log does not tell
	Reply            bool   // Src answered: Dst began it
	Inbound          bool   // the log says that it came in to the host that logged
	Outbound         bool   // the log says that the host that logged sent it
	Forwarded        bool   // the log says that it went through the host
	Answer           Answer
	Verdict          Verdict
	Interface        []byte     // on which it came in; valid until the next record; empty where the log does not tell
	NewDst           netip.Addr // where the host sent it on to, after DNAT; invalid where it did not
	NewPort          uint16
}

// Notes are what a reader learned of a whole log.
type Notes struct {
	Lines    int      // read
	Records  int      // of traffic
	Skipped  int      // lines other than traffic: headers, other messages of a syslog
	Bad      int      // lines that look like traffic and are not understood
	FirstBad []string // the first of them with their place: "web1.log:17: ..."
	Lost     int      // times at which the log says that entries are missing
	Sampled  bool     // the log has a sample of the traffic
	Snapshot bool     // the log is the state of one moment
}
