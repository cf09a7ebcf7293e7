// Package regpol reads Registry.pol, the file in which Group Policy stores registry values, by [MS-GPREG], section
// 2.2.1. The file has a signature, and then entries with a key, the name of a value, a type and data.
//
// Decode is strict: it returns an error with the place in the file for everything that the grammar does not have,
// and it trusts no size. What the entries say about Windows Firewall is for package winrules.
package regpol

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// Type is the type of a registry value.
type Type uint32

// The types that policies of Windows Firewall use.
const (
	SZ    Type = 1
	DWORD Type = 4
)

// Entry is one registry value.
type Entry struct {
	Key, Name string
	Type      Type
	Data      []byte
	Offset    int // offset of the entry in the file
}

// Text returns the data of an SZ without its zero. It returns false for other types, and for data that is no such
// text.
func (e Entry) Text() (string, bool) {
	if e.Type != SZ || len(e.Data) < 2 || len(e.Data)%2 != 0 {
		return "", false
	}
	units := make([]uint16, len(e.Data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(e.Data[2*i:])
	}
	last := len(units) - 1
	for i, u := range units {
		if (u == 0) != (i == last) {
			return "", false
		}
	}
	return string(utf16.Decode(units[:last])), true
}

// Number returns the data of a DWORD. It returns false for other types.
func (e Entry) Number() (uint32, bool) {
	if e.Type != DWORD || len(e.Data) != 4 {
		return 0, false
	}
	return binary.LittleEndian.Uint32(e.Data), true
}

// signature is the beginning of the file: PReg, and version 1.
const signature = "PReg\x01\x00\x00\x00"

// The limits of [MS-GPREG]. limitFile is far above the size of the largest policy.
const (
	limitName = 259
	limitKey  = 32767
	limitData = 65535
	limitFile = 64 << 20
)

// Decode reads a file. Errors name the place in it.
func Decode(data []byte) ([]Entry, error) {
	if len(data) > limitFile {
		return nil, fmt.Errorf("the file has %d bytes, and %d are read", len(data), limitFile)
	}
	if len(data) < len(signature) || string(data[:len(signature)]) != signature {
		return nil, fmt.Errorf("the file does not begin with PReg and version 1")
	}
	s := scanner{data: data, at: len(signature)}
	var out []Entry
	for s.at < len(data) {
		start := s.at
		e := s.entry()
		if s.err != nil {
			return nil, fmt.Errorf("byte %d: %w", s.at, s.err)
		}
		e.Offset = start
		out = append(out, e)
	}
	return out, nil
}

// scanner reads entries. After an error it reads nothing.
type scanner struct {
	data []byte
	at   int
	err  error
}

func (s *scanner) entry() Entry {
	var e Entry
	s.mark('[')
	e.Key = s.text("the key", limitKey)
	s.mark(';')
	e.Name = s.text("the name", limitName)
	s.mark(';')
	e.Type = Type(s.number())
	s.mark(';')
	size := s.number()
	s.mark(';')
	if s.err == nil && (size > limitData || int(size) > len(s.data)-s.at) {
		s.err = fmt.Errorf("the data has %d bytes, and the file ends or %d are allowed", size, limitData)
	}
	if s.err == nil {
		e.Data = s.data[s.at : s.at+int(size)]
		s.at += int(size)
	}
	s.mark(']')
	return e
}

// mark reads one character of the grammar.
func (s *scanner) mark(want byte) {
	if s.err != nil {
		return
	}
	if len(s.data)-s.at < 2 || s.data[s.at] != want || s.data[s.at+1] != 0 {
		s.err = fmt.Errorf("%q is missing", want)
		return
	}
	s.at += 2
}

// number reads 32 bits.
func (s *scanner) number() uint32 {
	if s.err != nil {
		return 0
	}
	if len(s.data)-s.at < 4 {
		s.err = fmt.Errorf("the file is cut off")
		return 0
	}
	n := binary.LittleEndian.Uint32(s.data[s.at:])
	s.at += 4
	return n
}

// text reads UTF-16 up to its zero. Keys and names may hold only printable ASCII.
func (s *scanner) text(what string, limit int) string {
	if s.err != nil {
		return ""
	}
	var out []byte
	for {
		if len(s.data)-s.at < 2 {
			s.err = fmt.Errorf("%s is cut off", what)
			return ""
		}
		u := binary.LittleEndian.Uint16(s.data[s.at:])
		if u != 0 && (u < ' ' || u > '~' || len(out) == limit) {
			s.err = fmt.Errorf("%s is longer than %d characters, or holds one that is not printable ASCII", what, limit)
			return ""
		}
		s.at += 2
		if u == 0 {
			break
		}
		out = append(out, byte(u))
	}
	if len(out) == 0 {
		s.err = fmt.Errorf("%s is empty", what)
	}
	return string(out)
}
