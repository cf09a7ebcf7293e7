package collect

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"rolewall/generators/readback"
)

// TestWindows holds the script for PowerShell against a lexer that knows little: it is ASCII, its texts, comments and brackets
// end, and it calls nothing that changes the host.
func TestWindows(t *testing.T) {
	text, ok := Script("windows")
	if !ok {
		t.Fatal("there is no script")
	}
	code := strip(t, string(text))
	allowed := strings.Fields(`Get-Sum Get-Entry Invoke-Program Get-ActiveStore New-Object Test-Path Join-Path Start-Process Get-Content Out-String
		Remove-Item Select-Object ForEach-Object Get-Command ConvertTo-Json New-Item Write-Warning
		Get-NetFirewallRule Get-NetFirewallPortFilter Get-NetFirewallAddressFilter Get-NetFirewallApplicationFilter Get-NetFirewallServiceFilter
		Get-NetFirewallInterfaceTypeFilter Get-NetFirewallInterfaceFilter Get-NetFirewallSecurityFilter Get-NetFirewallProfile Get-NetConnectionProfile Get-WindowsFeature`)
	for _, name := range regexp.MustCompile(`\b[A-Z][a-z]+-[A-Z][A-Za-z]+\b`).FindAllString(code, -1) {
		if !slices.Contains(allowed, name) {
			t.Errorf("the script calls %s", name)
		}
	}
	if n := strings.Count(string(text), "Remove-Item"); n != 1 || !strings.Contains(string(text), "foreach ($f in $err, $other) { if (Test-Path -LiteralPath $f) { Remove-Item") {
		t.Errorf("Remove-Item stands %d times: it is for two files of the script's own", n)
	}
	for _, program := range regexp.MustCompile(`Invoke-Program '[^']*' '([^']*)' (.*)`).FindAllStringSubmatch(string(text), -1) {
		if own := program[1] + " " + program[2]; own == "netstat.exe '-ano' $true" || own == "tasklist.exe '/svc /fo csv' $true" {
			continue
		}
		if program[1] != "reg.exe" || !regexp.MustCompile(`^[("']*(export|query) `).MatchString(program[2]) {
			t.Errorf("the script runs %s %s", program[1], program[2])
		}
	}
}

// TestWindowsTree: the grammar of tree-sitter finds no mistake in the script, and finds those that are made on purpose.
func TestWindowsTree(t *testing.T) {
	readback.NeedTree(t)
	text, _ := Script("windows")
	scripts := []string{string(text)}
	for _, change := range [][2]string{{"if ($DryRun) {", "if $DryRun {"}, {"try {", "try "}, {"[ordered]@{", "[ordered]@("}} {
		scripts = append(scripts, strings.Replace(string(text), change[0], change[1], 1))
	}
	for i, tree := range readback.Trees(t, scripts...) {
		if tree.Broken != (i > 0) {
			t.Errorf("script %d is broken: %v", i, tree.Broken)
		}
	}
}

// strip returns the script without comments and with empty texts, and reports what does not end.
func strip(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	var open []rune
	pairs := map[rune]rune{')': '(', '}': '{', ']': '['}
	for n, line := range strings.Split(text, "\n") {
		quote := rune(0)
		for i, c := range line {
			switch {
			case c > '~' || c < ' ':
				t.Fatalf("line %d holds %q, which is not printable ASCII", n+1, c)
			case quote == 0 && c == '#' && (i == 0 || line[i-1] == ' '):
			case quote != 0 && c == quote:
				quote = 0
			case quote != 0:
				continue
			case c == '\'' || c == '"':
				quote = c
			case strings.ContainsRune("({[", c):
				open = append(open, c)
			case pairs[c] != 0:
				if len(open) == 0 || open[len(open)-1] != pairs[c] {
					t.Fatalf("line %d closes %q, which is not open", n+1, c)
				}
				open = open[:len(open)-1]
			}
			if c == '#' && quote == 0 && (i == 0 || line[i-1] == ' ') {
				break
			}
			out.WriteRune(c)
		}
		if quote != 0 {
			t.Fatalf("a text does not end in line %d", n+1)
		}
		out.WriteByte('\n')
	}
	if len(open) > 0 {
		t.Fatalf("%q is open at the end", open)
	}
	return out.String()
}
