package netfilter

// Field is a property of a packet.
type Field uint8

// The fields that evaluation knows.
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
	DaddrType   // kinds of addresses, as addrtype names them
	SaddrType   // the same of the source
	DaddrTypeIn // the same, where only addresses of the interface on which the packet came are local
	NextHeader  // the protocol that the header of IPv6 names, where Protocol is the one behind it
	AuthHeader  // 1 where the packet has an authentication header
	ReversePath // 1 where the route to the source leads out of the interface on which it came, as fib of nft asks
	RPFilter    // the same, as the module rpfilter of iptables asks
	IPsecIn     // 1 for packets that left a tunnel
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
