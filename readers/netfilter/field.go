package netfilter

// Field is a property of a packet.
type Field uint8

// The fields that the evaluation knows.
const (
	Family       Field = iota // 4 or 6
	InInterface               // names
	OutInterface              // names
	Saddr
	Daddr
	Protocol
	Sport
	Dport
	ICMPType
	ICMPCode
	TCPFlags
	HopLimit
	FragOffset
	CtState
	CtStatus
	CtDirection
	CtOrigDaddr
	CtOrigDport
	PacketMark
	ConnMark
	PacketType  // host, broadcast, multicast
	DaddrType   // kind of address, as addrtype names it
	SaddrType   // the same for the source
	DaddrTypeIn // the same, but only addresses of the incoming interface count as local
	NextHeader  // the protocol that the IPv6 header names; Protocol is the last one
	AuthHeader  // 1 if the packet has an authentication header
	ReversePath // 1 if the route to the source uses the incoming interface, as fib of nft checks it
	RPFilter    // the same, as the module rpfilter of iptables checks it
	IPsecIn     // 1 for packets that arrived through IPsec
)

// Bits of CtState, as the kernel numbers them.
const (
	StateInvalid     = 1
	StateEstablished = 2
	StateRelated     = 4
	StateNew         = 8
	StateUntracked   = 64
)

// Bits of CtStatus.
const (
	StatusExpected  = 1
	StatusSeenReply = 2
	StatusAssured   = 4
	StatusConfirmed = 8
	StatusSNAT      = 16
	StatusDNAT      = 32
	StatusDying     = 512
)

// Kinds of addresses, values of DaddrType and SaddrType (RTN_* of the kernel).
const (
	TypeUnspec    = 0
	TypeUnicast   = 1
	TypeLocal     = 2
	TypeBroadcast = 3
	TypeAnycast   = 4
	TypeMulticast = 5
	TypeOther     = 6 // blackhole, unreachable, prohibit, ...
)

// Values of PacketType.
const (
	PacketHost      = 0
	PacketBroadcast = 1
	PacketMulticast = 2
	PacketOther     = 3
)
