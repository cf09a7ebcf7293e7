package readback

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// PowerShell reads the hash tables of $rules in a script. It accepts only comments, hash literals, keys, texts in
// single quotes and arrays of texts. Anything else is an error.
func PowerShell(script string) ([]Rule, error) {
	_, body, found := strings.Cut(script, "\r\n$rules = @(\r\n")
	if !found {
		return nil, fmt.Errorf("no $rules")
	}
	s := &psScanner{text: body}
	var out []Rule
	for {
		s.space(true)
		if s.take(")") {
			return out, s.err
		}
		table, err := s.table()
		if err != nil {
			return nil, err
		}
		rule, err := FromTable(table)
		if err != nil {
			return nil, err
		}
		out = append(out, rule)
	}
}

// psScanner reads a part of PowerShell.
type psScanner struct {
	text string
	err  error
}

// space skips blanks, and line ends and comments where these have no meaning.
func (s *psScanner) space(lines bool) {
	for {
		s.text = strings.TrimLeft(s.text, " ")
		switch {
		case lines && strings.HasPrefix(s.text, "\r\n"):
			s.text = s.text[2:]
		case lines && strings.HasPrefix(s.text, "#"):
			_, s.text, _ = strings.Cut(s.text, "\r\n")
		default:
			return
		}
	}
}

func (s *psScanner) take(word string) bool {
	rest, is := strings.CutPrefix(s.text, word)
	if is {
		s.text = rest
	}
	return is
}

func (s *psScanner) wrong(want string) error {
	return fmt.Errorf("%s is missing at %q", want, s.text[:min(len(s.text), 60)])
}

// table reads @{ Key = 'text'; Key = @('a', 'b') }, with line ends in the place of semicolons.
func (s *psScanner) table() (map[string][]string, error) {
	if !s.take("@{") {
		return nil, s.wrong("@{")
	}
	out := map[string][]string{}
	for {
		s.space(true)
		if s.take(";") {
			continue
		}
		if s.take("}") {
			return out, nil
		}
		end := strings.IndexFunc(s.text, func(r rune) bool { return !(r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') })
		if end < 1 {
			return nil, s.wrong("a key")
		}
		key := s.text[:end]
		s.text = s.text[end:]
		s.space(false)
		if _, twice := out[key]; twice || !s.take("=") {
			return nil, s.wrong("=")
		}
		s.space(false)
		value, err := s.value()
		if err != nil {
			return nil, err
		}
		out[key] = value
		s.space(false)
		if !strings.HasPrefix(s.text, ";") && !strings.HasPrefix(s.text, "\r\n") {
			return nil, s.wrong("; or the end of the line")
		}
	}
}

// value reads a text or an array of texts.
func (s *psScanner) value() ([]string, error) {
	if !s.take("@(") {
		text, err := s.quoted()
		return []string{text}, err
	}
	var out []string
	for {
		text, err := s.quoted()
		if err != nil {
			return nil, err
		}
		out = append(out, text)
		if s.take(")") {
			return out, nil
		}
		if !s.take(", ") {
			return nil, s.wrong(",")
		}
	}
}

// quoted reads a text in single quotes. PowerShell also ends it at curly quotes, so it accepts only ASCII.
func (s *psScanner) quoted() (string, error) {
	if !s.take("'") {
		return "", s.wrong("'")
	}
	var out []byte
	for i := 0; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '\'' && i+1 < len(s.text) && s.text[i+1] == '\'':
			out = append(out, c)
			i++
		case c == '\'':
			s.text = s.text[i+1:]
			return string(out), nil
		case c < ' ' || c > '~':
			return "", fmt.Errorf("a text holds %q", c)
		default:
			out = append(out, c)
		}
	}
	return "", s.wrong("'")
}

// FromTable converts the parameters of New-NetFirewallRule to a rule.
func FromTable(table map[string][]string) (Rule, error) {
	out := Rule{Protocol: ruleset.AnyProtocol}
	for key, values := range table {
		one := values[0]
		single := slices.Contains([]string{"Name", "DisplayName", "Description", "Protocol", "Program", "Service"}, key)
		if single && len(values) != 1 {
			return out, fmt.Errorf("%s has %d values", key, len(values))
		}
		var err error
		switch key {
		case "Name":
			out.ID = one
			if strings.ContainsAny(one, "[]*?") {
				err = fmt.Errorf("it is a pattern")
			}
		case "DisplayName":
			out.Name = one
		case "Description":
			out.Text = one
		case "Protocol":
			out.Protocol, err = psProtocol(one)
		case "Program":
			out.Listener.Program = one
		case "Service":
			out.Listener.Service = one
		case "LocalPort":
			if out.RPC = slices.Equal(values, []string{"RPC"}); !out.RPC {
				out.Ports, err = ruleset.ParsePorts(strings.Join(values, ","))
			}
		case "RemotePort":
			out.From, err = ruleset.ParsePorts(strings.Join(values, ","))
		case "IcmpType":
			for _, v := range values {
				t, bad := ruleset.ParseICMPType(v)
				if err = bad; err == nil {
					out.ICMP = append(out.ICMP, t)
				}
			}
		case "Profile":
			for _, v := range values {
				out.Profiles = append(out.Profiles, strings.ToLower(v))
			}
		case "RemoteAddress":
			out.Remote, err = addresses(values)
		default:
			err = fmt.Errorf("no parameter of the cmdlet that a rule set needs")
		}
		if err != nil {
			return out, fmt.Errorf("%s = %q: %w", key, values, err)
		}
	}
	if out.ID == "" || out.Name == "" {
		return out, fmt.Errorf("a rule has no name: %v", table)
	}
	return out, nil
}

func psProtocol(text string) (ruleset.Protocol, error) {
	words := map[string]ruleset.Protocol{"TCP": ruleset.TCP, "UDP": ruleset.UDP, "ICMPv4": ruleset.ICMP, "ICMPv6": ruleset.ICMPv6, "Any": ruleset.AnyProtocol}
	if p, known := words[text]; known {
		return p, nil
	}
	n, err := strconv.ParseUint(text, 10, 8)
	return ruleset.Protocol(n), err
}

// addresses reads addresses, prefixes, masks and ranges.
func addresses(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range list {
		if first, last, isRange := strings.Cut(text, "-"); isRange {
			a, err1 := netip.ParseAddr(first)
			b, err2 := netip.ParseAddr(last)
			if err1 != nil || err2 != nil || !a.Less(b) {
				return nil, fmt.Errorf("%q is not a range", text)
			}
			out = append(out, ruleset.AddressRange(a, b)...)
			continue
		}
		if address, mask, _ := strings.Cut(text, "/"); strings.Contains(mask, ".") {
			m, err := netip.ParseAddr(mask)
			if err != nil {
				return nil, err
			}
			bits := 0
			for _, b := range m.As4() {
				for ; b&0x80 != 0; b <<= 1 {
					bits++
				}
			}
			text = address + "/" + strconv.Itoa(bits)
		}
		if a, err := netip.ParseAddr(text); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil || p.Bits() == 0 || p != p.Masked() {
			return nil, fmt.Errorf("%q is not an address", text)
		}
		out = append(out, p)
	}
	return out, nil
}
