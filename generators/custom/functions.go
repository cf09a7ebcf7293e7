package custom

import "text/template"

// Function is a function that templates can call besides those of the template language.
type Function struct {
	Name  string
	Usage string // "join SEPARATOR LIST"
	Doc   string

	bind func(r *run) any
}

// Functions returns the functions of templates. They use only their arguments: no file, environment, command or
// clock.
func Functions() []Function {
	return []Function{
		{"comment", "comment TEXT", "a comment line: the front matter's `comment`, the text on one line, cut to `width`", func(r *run) any { return r.commentLine }},
		{"ascii", "ascii TEXT", "text for behind a comment mark or inside quotes: printable ASCII on one line, without quotation marks and what shells, cmd.exe and nft expand; the rest becomes _", quoting(quoteASCII, func(s string) any { return s })},
		{"sh", "sh TEXT", "a word of a POSIX shell, in single quotes", quoting(quoteSh, asQuoted)},
		{"cmd", "cmd TEXT", "a word of a cmd.exe script, in quotes, % doubled; what has no way to be written is an error", quoting(quoteCmd, asQuoted)},
		{"nft", "nft TEXT", "a string of nft, in quotes; what has no way to be written is an error", quoting(quoteNft, asQuoted)},
		{"xml", "xml TEXT", "text of an element or of an attribute in quotes", quoting(quoteXML, asQuoted)},
		{"json", "json TEXT", "a string of JSON, in quotes", quoting(quoteJSON, asQuoted)},
		{"csv", "csv TEXT", "a field of CSV, in quotes, on one line; what a spreadsheet would take for a formula gets a ' in front", quoting(quoteCSV, asQuoted)},
		{"markdown", "markdown TEXT", "text inside a line or a table cell of Markdown", quoting(quoteMarkdown, asQuoted)},
		{"join", "join SEPARATOR LIST", "the texts of a list with a separator between them", func(r *run) any { return r.join }},
		{"first", "first LIST", "the first element", func(r *run) any { return first }},
		{"last", "last LIST", "the last element", func(r *run) any { return last }},
		{"cut", "cut N TEXT", "the text if it has at most N bytes, else its beginning and ...", func(r *run) any { return r.cut }},
		{"wrap", "wrap N TEXT", "a list: the text broken between words into lines of at most N bytes, where words allow it", func(r *run) any { return r.wrap }},
		{"indent", "indent N TEXT", "the text with N blanks at the beginning of every line", func(r *run) any { return r.indent }},
		{"upper", "upper TEXT", "capital letters", func(r *run) any { return r.upper }},
		{"lower", "lower TEXT", "small letters", func(r *run) any { return r.lower }},
		{"hex", "hex NUMBER", "the number in hexadecimal: 445 is 1bd", func(r *run) any { return r.hex }},
		{"netmask", "netmask PREFIX", "10.20.0.0/16 is 255.255.0.0", func(r *run) any { return r.netmask }},
		{"wildcard", "wildcard PREFIX", "10.20.0.0/16 is 0.0.255.255", func(r *run) any { return r.wildcard }},
		{"print", "print VALUE ...", "the values, one after the other", func(r *run) any { return r.printAll }},
		{"printf", "printf FORMAT VALUE ...", "Go's formats %s %d %x %X %q %v %c with a width below 1000", func(r *run) any { return r.printf }},
	}
}

// builtinWords returns the functions of the template language that templates may use.
func builtinWords() []string {
	return []string{"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "len", "index", "slice"}
}

// functions returns the functions of the list and the hidden ones, bound to the run.
func (r *run) functions() template.FuncMap {
	m := template.FuncMap{guardStep: r.step, guardPrint: r.print, "index": index, "slice": r.slice}
	for _, f := range Functions() {
		m[f.Name] = f.bind(r)
	}
	return m
}

// quoting makes a template function from a quote function. mark converts the result to its type.
func quoting(quote func(string) (string, error), mark func(string) any) func(*run) any {
	return func(r *run) any {
		return func(v any) (any, error) {
			text, _, err := r.text(v)
			if err != nil {
				return nil, err
			}
			text, err = quote(text)
			if err != nil {
				return nil, misuse(err.Error())
			}
			return mark(text), r.spend(len(text))
		}
	}
}

// asQuoted marks a text that no other function may change.
func asQuoted(text string) any { return quoted(text) }
