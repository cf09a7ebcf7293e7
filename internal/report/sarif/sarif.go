// Package sarif writes findings as SARIF 2.1.0 for code scanning. It has only the part of the format that rolewall
// uses.
package sarif

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"strings"

	"rolewall/diag"
	"rolewall/internal/term"
)

// Log is a whole file.
type Log struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []Run  `json:"runs"`
}

// Run holds the findings of one run of a tool.
type Run struct {
	Tool       Tool     `json:"tool"`
	ColumnKind string   `json:"columnKind"`
	Results    []Result `json:"results"`
}

// Tool is the program and the kinds of findings that it has.
type Tool struct {
	Driver Driver `json:"driver"`
}

// Driver is the program itself.
type Driver struct {
	Name  string `json:"name"`
	Rules []Rule `json:"rules"`
}

// Rule is a kind of finding.
type Rule struct {
	ID      string `json:"id"`
	Short   Text   `json:"shortDescription"`
	Full    Text   `json:"fullDescription"`
	Help    Text   `json:"help"`
	Default Config `json:"defaultConfiguration"`
}

// Config holds the default level of a rule: error, warning or note.
type Config struct {
	Level string `json:"level"`
}

// Text is plain text. Use Message for the text of a message.
type Text struct {
	Text string `json:"text"`
}

// Result is a finding.
type Result struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      Text              `json:"message"`
	Locations    []Location        `json:"locations"`
	Related      []Location        `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Properties   Properties        `json:"properties"`
}

// Properties holds what the format has no field for.
type Properties struct {
	Hosts []string `json:"hosts"`
}

// Location is a place in a file.
type Location struct {
	ID       int      `json:"id,omitempty"`
	Physical Physical `json:"physicalLocation"`
	Message  *Text    `json:"message,omitempty"`
}

// Physical is a file, and a region of it if that is known.
type Physical struct {
	Artifact Artifact `json:"artifactLocation"`
	Region   *Region  `json:"region,omitempty"`
}

// Artifact is a file, given as a URI.
type Artifact struct {
	URI string `json:"uri"`
}

// Region is the place where a finding begins. Lines and columns count from 1.
type Region struct {
	Line   int `json:"startLine"`
	Column int `json:"startColumn,omitempty"`
}

// Write writes the rules and the findings of one run.
func Write(out *bytes.Buffer, rules []Rule, results []Result) error {
	r := Run{ColumnKind: "unicodeCodePoints", Results: append([]Result{}, results...)}
	r.Tool.Driver = Driver{Name: "rolewall", Rules: append([]Rule{}, rules...)}
	return term.WriteJSON(out, Log{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []Run{r}})
}

// Message returns lines as the text of a message. The format reads brackets as links and braces as arguments, so
// it escapes or doubles them.
func Message(lines []string) Text {
	return Text{strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(strings.Join(lines, "\n"))}
}

// Place returns a place in a file. A position without a line is the whole file.
func Place(p diag.Pos) Physical {
	out := Physical{Artifact: Artifact{fileURI(p.File)}}
	if p.Line > 0 {
		out.Region = &Region{p.Line, p.Column}
	}
	return out
}

// Fingerprint returns a value that is equal for the same finding in later runs. parts must not change between
// runs.
func Fingerprint(parts ...string) map[string]string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return map[string]string{"rolewall/v1": hex.EncodeToString(sum[:])}
}

// fileURI returns a file name as a URI. A relative name stays relative.
func fileURI(name string) string {
	name = strings.ToValidUTF8(name, "\ufffd")
	u := url.URL{Path: path.Clean(name)}
	if strings.HasPrefix(u.Path, "/") {
		u.Scheme = "file"
	}
	return u.String()
}
