package rulestring

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// once holds the tokens that may appear once.
var once = map[string]bool{
	"Action": true, "Active": true, "Dir": true, "Protocol": true, "App": true, "Svc": true, "Name": true, "Desc": true,
	"EmbedCtxt": true, "Edge": true, "Defer": true, "LSM": true, "LOM": true, "PCross": true, "AuthByPassOut": true,
	"Security": true, "Security2_9": true, "Security2": true, "RMauth": true, "RUAuth": true, "LUAuth": true, "LUAuth2_24": true,
	"LUOwn": true, "AppPkgId": true, "SecurityRealmId": true, "NNm": true, "Platform2": true, "SkipVer": true,
}

// The words that some tokens may hold.
var (
	localPortWords  = []string{"RPC", "RPC-EPMap", "Teredo", "IPTLSIn", "IPHTTPSIn", "DHCP", "Ply2Disc", "mDNS", "TcpCDPSvc"}
	remotePortWords = []string{"IPTLSOut", "IPHTTPSOut", "CortanaOut"}
	addressWords    = []string{"LocalSubnet", "DNS", "DHCP", "WINS", "DefaultGateway"}
	addressWords2   = []string{"IntrAnet", "IntErnet", "Ply2Renders", "RmtIntrAnet", "CaptivePortal"}
)

// token adds one token.
func (r *Rule) token(key, value string) error {
	var err error
	switch key {
	case "Action":
		r.Action = Action(value)
		err = oneOf(value, string(Allow), string(Block), string(ByPass))
	case "Active":
		r.Active, err = flag(value)
	case "Dir":
		if value == "Out" {
			r.Direction = ruleset.Outbound
		}
		err = oneOf(value, "In", "Out")
	case "Protocol":
		var n int
		n, err = number(value, 255)
		r.Protocol = ruleset.Protocol(n)
	case "Profile":
		r.Profiles = append(r.Profiles, strings.ToLower(value))
		err = oneOf(value, "Domain", "Private", "Public")
	case "IF":
		r.Interfaces = append(r.Interfaces, value)
	case "IFType":
		r.InterfaceTypes = append(r.InterfaceTypes, value)
		err = oneOf(value, "Lan", "Wireless", "RemoteAccess")
	case "App":
		r.App = value
	case "Svc":
		r.Svc = value
	case "Name":
		r.Name = value
	case "Desc":
		r.Desc = value
	case "EmbedCtxt":
		r.Group = value
	case "Edge":
		r.Edge, err = flag(value)
	case "Defer":
		r.Defer = value
		err = oneOf(value, "App", "User")
	default:
		return r.list(key, value)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// list adds a token that may appear more than once: ports, ICMP types and addresses.
func (r *Rule) list(key, value string) error {
	base, _, versioned := strings.Cut(key, "2_")
	var err error
	switch {
	case base == "LPort" && (versioned || key == base):
		err = r.port(value, &r.LocalPorts, &r.LocalWords, localPortWords)
	case base == "RPort" && (versioned || key == base):
		err = r.port(value, &r.RemotePorts, &r.RemoteWords, remotePortWords)
	case key == "ICMP4" || key == "ICMP6":
		err = r.icmp(key, value)
	case key == "LA4" || key == "LA6":
		err = r.address(key, value, &r.Local, &r.LocalNames, nil)
	case key == "RA4" || key == "RA6":
		err = r.address(key, value, &r.Remote, &r.RemoteNames, addressWords)
	case key == "RA42" || key == "RA62":
		err = r.address(key[:3], value, &r.Remote, &r.RemoteNames, addressWords2)
	default:
		r.Other = append(r.Other, Token{key, value})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// port reads a port, a range or a keyword.
func (r *Rule) port(value string, ports *ruleset.Ports, words *[]string, known []string) error {
	if !r.Has("Protocol") {
		return errors.New("it must come after Protocol")
	}
	if slices.Contains(known, value) {
		*words = append(*words, value)
		return nil
	}
	p, err := ruleset.ParsePortRange(value)
	if err != nil {
		return err
	}
	*ports = append(*ports, p)
	return nil
}

// icmp reads "8:*" or "3:4".
func (r *Rule) icmp(key, value string) error {
	want := ruleset.ICMP
	if key == "ICMP6" {
		want = ruleset.ICMPv6
	}
	if r.Protocol != want {
		return fmt.Errorf("it must come after Protocol=%d", want)
	}
	typ, code, found := strings.Cut(value, ":")
	n, err := number(typ, 255)
	if err != nil || !found {
		return fmt.Errorf("%q is not an ICMP type and code such as 3:4 or 8:*", short(value))
	}
	t := ruleset.ICMPType{Type: uint8(n)}
	if code != "*" {
		c, err := number(code, 255)
		if err != nil {
			return fmt.Errorf("%q is not an ICMP type and code such as 3:4 or 8:*", short(value))
		}
		t.Code, t.HasCode = uint8(c), true
	}
	r.ICMP = append(r.ICMP, t)
	return nil
}

func flag(value string) (bool, error) {
	return value == "TRUE", oneOf(value, "TRUE", "FALSE")
}

// oneOf returns an error if the value is none of the words. Case matters.
func oneOf(value string, words ...string) error {
	if slices.Contains(words, value) {
		return nil
	}
	return fmt.Errorf("%q is not one of %s", short(value), strings.Join(words, ", "))
}
