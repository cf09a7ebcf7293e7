package walk

import (
	"slices"

	"rolewall/readers/netfilter"
)

// FieldSet is a set of fields.
type FieldSet uint32

// SetOf returns the set of some fields.
func SetOf(fields ...netfilter.Field) FieldSet {
	var s FieldSet
	for _, f := range fields {
		s |= 1 << f
	}
	return s
}

// Has reports whether f is in the set.
func (s FieldSet) Has(f netfilter.Field) bool { return s>>f&1 != 0 }

// HasAny reports whether one of the fields is in the set.
func (s FieldSet) HasAny(fields []netfilter.Field) bool {
	return slices.ContainsFunc(fields, s.Has)
}

// HasAll reports whether all of the fields are in the set.
func (s FieldSet) HasAll(fields []netfilter.Field) bool {
	return !slices.ContainsFunc(fields, func(f netfilter.Field) bool { return !s.Has(f) })
}

// Fields, grouped by what determines them.
var (
	LinkFields     = SetOf(netfilter.Family, netfilter.InInterface, netfilter.IPsecIn, netfilter.FragOffset, netfilter.CtDirection)
	DestFields     = SetOf(netfilter.Daddr, netfilter.DaddrType, netfilter.DaddrTypeIn, netfilter.PacketType)
	ProtocolFields = SetOf(netfilter.Protocol, netfilter.NextHeader, netfilter.TCPFlags, netfilter.AuthHeader)
	firstAxis      = SetOf(netfilter.Dport, netfilter.ICMPType, netfilter.CtOrigDport)
	SecondAxis     = SetOf(netfilter.Sport, netfilter.ICMPCode)
	Axes           = firstAxis | SecondAxis
	WalkFields     = SetOf(netfilter.CtState, netfilter.CtStatus, netfilter.CtOrigDaddr, netfilter.CtOrigDport, netfilter.PacketMark, netfilter.ConnMark)
)
