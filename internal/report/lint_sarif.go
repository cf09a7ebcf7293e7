package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"strings"

	"rolewall/diag"
	"rolewall/internal/term"
	"rolewall/lint"
)

// The part of SARIF 2.1.0 that lint fills and code scanning reads.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string      `json:"id"`
		Short   sarifText   `json:"shortDescription"`
		Full    sarifText   `json:"fullDescription"`
		Help    sarifText   `json:"help"`
		Default sarifConfig `json:"defaultConfiguration"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Properties   sarifProperties   `json:"properties"`
	}
	sarifProperties struct {
		Hosts []string `json:"hosts"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn"`
	}
)

// lintSARIF writes findings for code scanning.
func lintSARIF(out *bytes.Buffer, _ term.Paint, r *lint.Report) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "rolewall", Rules: []sarifRule{}}
	index := map[string]int{}
	for i, c := range lint.Codes() {
		index[c.Name] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			c.Name, sarifText{c.Title}, sarifText{c.Why}, sarifText{c.Why + " " + c.Fix}, sarifConfig{string(c.Level)},
		})
	}
	for _, f := range r.Findings {
		x := sarifResult{
			RuleID: f.Code, RuleIndex: index[f.Code], Level: string(f.Level), Message: sarifText{lintMessage(f)},
			Locations: []sarifLocation{{Physical: sarifPlace(f.Pos)}}, Properties: sarifProperties{append([]string{}, f.Hosts...)},
			Fingerprints: map[string]string{"rolewall/v1": fingerprint(f)},
		}
		for i, s := range f.See {
			x.Related = append(x.Related, sarifLocation{ID: i + 1, Physical: sarifPlace(s.Pos), Message: &sarifText{s.What}})
		}
		run.Results = append(run.Results, x)
	}
	return term.WriteJSON(out, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// fingerprint is equal for the same finding in later versions of a policy, wherever it moves in its file.
func fingerprint(f lint.Finding) string {
	sum := sha256.Sum256([]byte(f.Code + "\n" + f.Pos.File + "\n" + f.What))
	return hex.EncodeToString(sum[:])
}

// lintMessage says all about a finding in plain text. SARIF takes brackets for links and braces for arguments, so they are
// escaped or doubled.
func lintMessage(f lint.Finding) string {
	lines := append([]string{term.Printable(f.What)}, lintLines(f)...)
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "{", "{{", "}", "}}").Replace(strings.Join(lines, "\n"))
}

func sarifPlace(p diag.Pos) sarifPhysical {
	out := sarifPhysical{Artifact: sarifArtifact{fileURI(p.File)}}
	if p.Line > 0 {
		out.Region = &sarifRegion{p.Line, p.Column}
	}
	return out
}

// fileURI writes a file's name as a URI, relative as long as the name is.
func fileURI(name string) string {
	name = strings.ToValidUTF8(name, "\ufffd")
	u := url.URL{Path: path.Clean(name)}
	if strings.HasPrefix(u.Path, "/") {
		u.Scheme = "file"
	}
	return u.String()
}
