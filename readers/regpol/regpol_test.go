package regpol

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

// u writes UTF-16.
func u(text string) string {
	var out []byte
	for _, x := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, x)
	}
	return string(out)
}

// n writes 32 bits.
func n(x uint32) string { return string(binary.LittleEndian.AppendUint32(nil, x)) }

// value writes an entry by the grammar.
func value(key, name string, kind Type, data string) string {
	return u("["+key+"\x00;"+name+"\x00;") + n(uint32(kind)) + u(";") + n(uint32(len(data))) + u(";") + data + u("]")
}

const head = "PReg\x01\x00\x00\x00"

func TestDecode(t *testing.T) {
	entries, err := Decode([]byte(head + value(`A\B`, "x", SZ, u("сканер\x00")) + value(`A`, "y", DWORD, n(7))))
	if err != nil || len(entries) != 2 {
		t.Fatalf("%v, %v", entries, err)
	}
	if text, ok := entries[0].Text(); !ok || text != "сканер" || entries[0].Key != `A\B` || entries[0].Name != "x" || entries[0].Offset != 8 {
		t.Errorf("%+v", entries[0])
	}
	if number, ok := entries[1].Number(); !ok || number != 7 {
		t.Errorf("%+v", entries[1])
	}
	if _, ok := entries[0].Number(); ok {
		t.Error("a text is a number")
	}
	if entries, err := Decode([]byte(head)); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestBroken(t *testing.T) {
	good := value("K", "x", DWORD, n(7))
	for _, c := range []struct{ data, want string }{
		{"", "PReg"}, {"PRex\x01\x00\x00\x00", "PReg"}, {"PReg\x02\x00\x00\x00", "PReg"}, {head + "x", "'[' is missing"}, {head + good[:len(good)-1], "']' is missing"},
		{head + good[:len(good)-4], "the file ends"}, {head + good + "\x00\x00", "'[' is missing"}, {head + strings.Replace(good, ";", ",", 1), "';' is missing"},
		{head + value("", "x", DWORD, n(7)), "the key is empty"}, {head + value("K", "", DWORD, n(7)), "the name is empty"},
		{head + value("К", "x", DWORD, n(7)), "printable ASCII"}, {head + value("K", strings.Repeat("x", 260), DWORD, n(7)), "longer than 259"},
		{head + u("[K\x00;x\x00;") + n(4) + u(";") + n(9) + u(";") + n(7) + u("]"), "the data has 9 bytes"},
		{head + u("[K\x00;x\x00;") + n(4) + u(";") + n(1<<31) + u(";") + n(7) + u("]"), "the data has"},
		{head + u("[K\x00;x\x00;") + "\x04", "cut off"}, {head + u("[K"), "the key is cut off"},
	} {
		if _, err := Decode([]byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one of %q", c.data, err, c.want)
		}
	}
	for _, data := range []string{"", "x", "x\x00", "\x00\x00x\x00\x00\x00", "x\x00y\x00"} {
		if text, ok := (Entry{Type: SZ, Data: []byte(data)}).Text(); ok {
			t.Errorf("%q is the text %q", data, text)
		}
	}
}

// FuzzDecode: nothing panics, and what is read is what the bytes say.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(head + value(`K\Rules`, "a", SZ, u("v2.10|Action=Allow|\x00")) + value("K", "y", DWORD, n(7))))
	f.Add([]byte(head))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := Decode(data)
		if err != nil {
			return
		}
		again := head
		for _, e := range entries {
			again += value(e.Key, e.Name, e.Type, string(e.Data))
		}
		if again != string(data) {
			t.Errorf("%q is read as %q", data, again)
		}
	})
}
