// Package wintext decodes the text files that Windows programs write: UTF-16 with or without a byte order mark,
// UTF-8, and code pages of the console. A file does not name its code page, so each byte beyond ASCII becomes a
// placeholder. Such texts can be compared but not read.
package wintext

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"rolewall/diag"
)

// Decode returns the text of a file, without its byte order mark and with LF at the end of lines. It removes NUL
// characters at the end, since tools pad with them. In a code page, each byte that is not ASCII becomes a
// placeholder, a character that no other text contains. If the file has half a character at the end or a NUL
// character elsewhere, Decode adds a mistake with hint to errs and returns false. hint says how to make a good
// file.
func Decode(file string, src []byte, hint string, errs *diag.List) (string, bool) {
	text, whole := decode(src)
	if !whole {
		errs.Add(end(file, text), hint, "the file is cut off: it ends in half a character of UTF-16")
		return "", false
	}
	text = strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\x00")
	if i := strings.IndexByte(text, 0); i >= 0 {
		errs.Add(end(file, text[:i]), hint, "the file holds a NUL character: this is not text")
		return "", false
	}
	return text, true
}

// Head returns the beginning of a file as text, without blanks before it. It is for recognizing a file by its
// first bytes.
func Head(src []byte) string {
	text, _ := decode(src)
	return strings.TrimLeft(text, " \t\r\n")
}

// end returns the position behind a text.
func end(file, text string) diag.Pos {
	return diag.Pos{File: file, Line: strings.Count(text, "\n") + 1, Column: len([]rune(text[strings.LastIndexByte(text, '\n')+1:])) + 1}
}

// decode returns false if UTF-16 ends in half a character.
func decode(src []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}):
		return units(src[2:], 0), len(src)%2 == 0
	case bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		return units(src[2:], 1), len(src)%2 == 0
	case len(src) > 3 && src[0] != 0 && src[1] == 0 && src[2] != 0 && src[3] == 0: // UTF-16 without a byte order mark
		return units(src, 0), len(src)%2 == 0
	}
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if utf8.Valid(src) {
		return string(src), true
	}
	list := make([]rune, len(src))
	for i, b := range src {
		if list[i] = rune(b); b >= utf8.RuneSelf {
			list[i] = codePage + rune(b)
		}
	}
	return string(list), true
}

// codePage is the first of 256 private-use characters that stand for the bytes of a code page.
const codePage = '\uF700'

// units reads pairs of bytes. low is the index of the lower half, 0 or 1.
func units(src []byte, low int) string {
	list := make([]uint16, len(src)/2)
	for i := range list {
		list[i] = uint16(src[2*i+low]) | uint16(src[2*i+1-low])<<8
	}
	return string(utf16.Decode(list))
}
