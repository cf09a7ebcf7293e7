package custom

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"rolewall/generators/target"
	"rolewall/generators/winscript"
)

// Quote functions write a text so that the language of a script reads it as text. If the language cannot write it,
// sh, cmd and nft return an error. The other functions are for text that people read. They replace what they
// cannot write.

// quoteASCII also removes question marks, since routers react to them when a script is pasted.
func quoteASCII(text string) (string, error) {
	return strings.ReplaceAll(target.ASCII(text, len(text)+1), "?", "_"), nil
}

func quoteSh(text string) (string, error) {
	if strings.Contains(text, "\x00") {
		return "", fmt.Errorf("a shell word cannot hold a null byte")
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'", nil
}

func quoteCmd(text string) (string, error) {
	value, err := winscript.Value(text)
	if err != nil || strings.HasPrefix(value, `"`) {
		return value, err
	}
	return `"` + value + `"`, nil
}

// nftLimit is the length of a comment that the kernel keeps, without the byte that ends it.
const nftLimit = 127

func quoteNft(text string) (string, error) {
	if len(text) > nftLimit {
		return "", fmt.Errorf("a string of nft has at most %d bytes: cut the text", nftLimit)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r == '"' || unicode.IsControl(r) }) {
		return "", fmt.Errorf("a string of nft cannot hold a quotation mark or a control character: make the text ascii")
	}
	return `"` + text + `"`, nil
}

func quoteXML(text string) (string, error) {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "", err
	}
	return b.String(), nil
}

func quoteJSON(text string) (string, error) {
	quoted, err := json.Marshal(text)
	return string(quoted), err
}

// quoteCSV follows RFC 4180. Quotes alone do not stop a spreadsheet from reading a text as a formula.
func quoteCSV(text string) (string, error) {
	text = oneLine(text)
	if first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, unicode.IsSpace)); strings.ContainsRune("=+-@＝＋－＠", first) {
		text = "'" + text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`, nil
}

// quoteMarkdown escapes characters that have a meaning inside or at the beginning of a line, in CommonMark and in
// tables.
func quoteMarkdown(text string) (string, error) {
	text = strings.TrimSpace(oneLine(text))
	var b strings.Builder
	for i, r := range text {
		digits := strings.TrimLeft(text[:i], "0123456789") == ""
		begins := i == 0 && strings.ContainsRune("#+-=", r) || i > 0 && digits && strings.ContainsRune(".)", r)
		if begins || strings.ContainsRune("\\`*_[]<>&|~$!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String(), nil
}

// oneLine replaces characters that could end a line or hide text by blanks and question marks.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			return '?'
		}
		return r
	}, text)
}
