package custom

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"os/exec"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"rolewall/generators/rulesetjson"
	"rolewall/generators/targettest"
	"rolewall/internal/netspace"
)

// quoteSeeds are texts that try to leave their quotes in one language or another.
func quoteSeeds() []string {
	return append([]string{
		"", " ", "plain", "it's", `a "b" c`, "`x` $(y) ${z}", "%PATH% %%i ^& | < > !x!", `back\slash\`, "a\nb\r\nc\td", "a\x00b", "\xff\xfe",
		"=1+1", "  @SUM(A1)", "-1", "+1", "\t=1", "＝1", "a,b;c", "]]>", "--> <!-- -- --", "-", "<b>&amp;</b>", "|x|", "[a](b)", "![a](b)", "# a", "12. a", "12) a", "- a", "**a** _b_ ~c~ $d$",
		"\u2028\u2029\u202e\u200b\u0085", "Петя", "@HOST@", "'''", `\\"`, `\'`, "a\\\nb", "/?", "\x1b[31m", "*", "}", ";", "a #b",
	}, targettest.HostileTexts...)
}

// fuzzQuote feeds texts to a test of a quote function.
func fuzzQuote(f *testing.F, test func(t *testing.T, text string)) {
	for _, s := range quoteSeeds() {
		f.Add(s)
	}
	f.Fuzz(test)
}

// FuzzQuoteSh lets a shell say what it reads.
func FuzzQuoteSh(f *testing.F) {
	fuzzQuote(f, func(t *testing.T, text string) {
		quoted, err := quoteSh(text)
		if (err != nil) != strings.Contains(text, "\x00") {
			t.Fatalf("%q: %v", text, err)
		}
		if err != nil {
			return
		}
		netspace.Need(t, "dash")
		sh := exec.Command("dash", "-s")
		sh.Stdin = strings.NewReader("set -u\nprintf '%s.' x " + quoted + " y\n")
		out, err := sh.CombinedOutput()
		if want := "x." + text + ".y."; err != nil || string(out) != want {
			t.Errorf("%s reads as %q, want %q (%v)", quoted, out, want, err)
		}
	})
}

// FuzzQuoteCmd reads the word as cmd.exe does: in quotes everything stands for itself, but for %% in a script.
func FuzzQuoteCmd(f *testing.F) {
	fuzzQuote(f, func(t *testing.T, text string) {
		quoted, err := quoteCmd(text)
		if err != nil {
			if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '"' }) && !strings.HasSuffix(text, `\`) {
				t.Errorf("%q is refused: %v", text, err)
			}
			return
		}
		inner, ok := strings.CutPrefix(quoted, `"`)
		inner, ok2 := strings.CutSuffix(inner, `"`)
		if !ok || !ok2 || strings.ContainsAny(inner, "\"\r\n\x00") {
			t.Fatalf("%q is written %s", text, quoted)
		}
		halves := strings.Split(inner, "%%")
		for _, h := range halves {
			if strings.Contains(h, "%") {
				t.Errorf("%q is written %s, where a %% is alone", text, quoted)
			}
		}
		if got := strings.Join(halves, "%"); got != text {
			t.Errorf("%s reads as %q, want %q", quoted, got, text)
		}
	})
}

func FuzzQuoteNft(f *testing.F) {
	fuzzQuote(f, func(t *testing.T, text string) {
		quoted, err := quoteNft(text)
		if err != nil {
			if len(text) <= nftLimit && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r == '"' || unicode.IsControl(r) }) {
				t.Errorf("%q is refused: %v", text, err)
			}
			return
		}
		if inner := strings.TrimPrefix(strings.TrimSuffix(quoted, `"`), `"`); inner != text || strings.Contains(inner, `"`) || len(quoted) != len(text)+2 {
			t.Errorf("%q is written %s", text, quoted)
		}
	})
}

// TestQuoteNft loads the seeds as comments of rules and reads them back.
func TestQuoteNft(t *testing.T) {
	netspace.Need(t, "nft")
	space := netspace.New(t)
	for _, text := range quoteSeeds() {
		quoted, err := quoteNft(text)
		if err != nil || text == "" { // nft has no empty comment
			continue
		}
		out, err := space.Run("flush ruleset\ntable inet x {\n chain y {\n  tcp dport 1 accept comment "+quoted+"\n }\n}\n", "nft", "-f", "-")
		if err != nil {
			t.Errorf("%s is refused: %v\n%s", quoted, err, out)
		} else if out := space.Must(t, "nft", "list", "ruleset"); !strings.Contains(out, "accept comment "+quoted+"\n") {
			t.Errorf("%s reads back as\n%s", quoted, out)
		}
	}
}

func FuzzQuoteXML(f *testing.F) {
	fuzzQuote(f, func(t *testing.T, text string) {
		quoted, err := quoteXML(text)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Attr  string `xml:"attr,attr"`
			Text  string `xml:",chardata"`
			Other []any  `xml:",any"`
		}
		if err := xml.Unmarshal([]byte(`<doc attr="`+quoted+`">`+quoted+`</doc>`), &doc); err != nil {
			t.Fatalf("%q is written %s: %v", text, quoted, err)
		}
		want := strings.Map(func(r rune) rune { // what XML has no way to write
			if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
				return utf8.RuneError
			}
			return r
		}, text)
		if doc.Attr != want || doc.Text != want || len(doc.Other) > 0 {
			t.Errorf("%q is written %s and read as %+v", text, quoted, doc)
		}
	})
}

func FuzzQuoteJSON(f *testing.F) {
	fuzzQuote(f, func(t *testing.T, text string) {
		quoted, err := quoteJSON(text)
		var doc map[string]string
		if err == nil {
			err = json.Unmarshal([]byte(`{"a": `+quoted+`}`), &doc)
		}
		if err != nil || doc["a"] != strings.ToValidUTF8(text, "\ufffd") && utf8.ValidString(text) || len(doc) != 1 {
			t.Errorf("%q is written %s and read as %q: %v", text, quoted, doc, err)
		}
	})
}

func FuzzQuoteCSV(f *testing.F) {
	fuzzQuote(f, func(t *testing.T, text string) {
		quoted, err := quoteCSV(text)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(quoted, "\r\n\t\x00") {
			t.Fatalf("%q is written %q", text, quoted)
		}
		rows, err := csv.NewReader(strings.NewReader("a," + quoted + ",b\nc,d,e\n")).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[0]) != 3 || rows[0][2] != "b" {
			t.Fatalf("%q is written %s and read as %q: %v", text, quoted, rows, err)
		}
		got := rows[0][1]
		first, _ := utf8.DecodeRuneInString(strings.TrimSpace(got))
		if strings.ContainsRune("=+-@＝＋－＠", first) && strings.TrimSpace(got) != "" {
			t.Errorf("%q is written %s, a formula", text, quoted)
		}
		if want := oneLine(text); got != want && got != "'"+want {
			t.Errorf("%q is read as %q", text, got)
		}
	})
}

// FuzzQuoteMarkdown takes the backslashes off again, and finds no character with a meaning that had none.
func FuzzQuoteMarkdown(f *testing.F) {
	fuzzQuote(f, func(t *testing.T, text string) {
		quoted, err := quoteMarkdown(text)
		if err != nil {
			t.Fatal(err)
		}
		var plain strings.Builder
		escaped := false
		for i, r := range quoted {
			if !escaped {
				if r == '\\' {
					escaped = true
					continue
				}
				if strings.ContainsRune("`*_[]<>&|~$!\r\n", r) || i == 0 && strings.ContainsRune("#+-= \t", r) {
					t.Fatalf("%q is written %q, where %q has a meaning", text, quoted, r)
				}
			} else if r > '~' || unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' {
				t.Fatalf("%q is written %q: a backslash before %q stays", text, quoted, r)
			}
			escaped = false
			plain.WriteRune(r)
		}
		if want := strings.TrimSpace(oneLine(text)); escaped || plain.String() != want {
			t.Errorf("%q is written %q and read as %q", text, quoted, plain.String())
		}
		if number := strings.TrimLeft(quoted, "0123456789"); number != quoted && (strings.HasPrefix(number, ".") || strings.HasPrefix(number, ")")) {
			t.Errorf("%q is written %q, which begins a list", text, quoted)
		}
	})
}

// FuzzComment puts texts into comments of every form. None ends early, and what follows is still there.
func FuzzComment(f *testing.F) {
	fuzzQuote(f, func(t *testing.T, text string) {
		for _, c := range []comment{{"# ", "", 80}, {"rem ", "", 100}, {"<!-- ", " -->", 80}, {"/* ", " */", 80}, {"(* ", "*)", 80}, {"{", "}", 80}} {
			r := &run{comment: c}
			made, err := r.commentLine(rulesetjson.Text(text))
			if err != nil {
				t.Fatal(err)
			}
			line, _, err := r.text(made)
			if err != nil || isQuoted(made) != (c.after != "") {
				t.Fatalf("%q is %T: %v", line, made, err)
			}
			if len(line) > c.width+1 || strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u202e' }) || !utf8.ValidString(line) {
				t.Fatalf("%q is written %q", text, line)
			}
			if !strings.HasPrefix(line, strings.TrimRight(c.before, " ")) || strings.HasSuffix(line, `\`) {
				t.Fatalf("%q is written %q", text, line)
			}
			if end := strings.TrimSpace(c.after); end != "" && (strings.Count(line, end) != 1 || !strings.HasSuffix(line, end)) {
				t.Fatalf("%q is written %q", text, line)
			}
		}
		for _, c := range []comment{{"<!-- ", " -->", 80}, {"<!--", "-->", 80}} {
			r := &run{comment: c}
			line, _ := r.commentLine(text)
			var doc struct {
				Text string `xml:",chardata"`
			}
			if err := xml.Unmarshal([]byte("<doc>a"+string(line.(quoted))+"b</doc>"), &doc); err != nil || doc.Text != "ab" {
				t.Errorf("%q is written %q, and around it stands %q: %v", text, line, doc.Text, err)
			}
		}
	})
}

// TestASCII holds that nothing but printable ASCII without quotation marks is left.
func TestASCII(t *testing.T) {
	for _, text := range quoteSeeds() {
		quoted, err := quoteASCII(text)
		if err != nil || strings.ContainsFunc(quoted, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune("\"'`$%^&|<>!\\?", r) }) {
			t.Errorf("%q is written %q: %v", text, quoted, err)
		}
	}
}

// TestFunctionsKnowNothing holds that the same page comes out whatever the outside is, and that no word beside the list
// exists.
func TestFunctionsKnowNothing(t *testing.T) {
	for _, word := range []string{"env", "getenv", "readFile", "include", "exec", "now", "html", "js", "call", "println", "urlquery"} {
		if knownWords()[word] != nil {
			t.Errorf("templates know %s", word)
		}
	}
	var b bytes.Buffer
	for _, f := range Functions() {
		if f.Doc == "" || !strings.HasPrefix(f.Usage, f.Name+" ") {
			t.Errorf("%s is not documented", f.Name)
		}
		b.WriteString(f.Name + " ")
	}
	if got, want := b.String(), "comment ascii sh cmd nft xml json csv markdown join first last cut wrap indent upper lower hex netmask wildcard print printf "; got != want {
		t.Errorf("the functions are %s", got)
	}
}

// TestQuoteNftLimit holds how long a comment may be: what the kernel keeps, and no byte more.
func TestQuoteNftLimit(t *testing.T) {
	if got, err := quoteNft(strings.Repeat("x", nftLimit)); err != nil || len(got) != nftLimit+2 {
		t.Errorf("%d bytes: %s, %v", nftLimit, got, err)
	}
	if got, err := quoteNft(strings.Repeat("x", nftLimit+1)); err == nil {
		t.Errorf("a byte more: %s", got)
	}
}
