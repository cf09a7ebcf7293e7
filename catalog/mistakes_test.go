package catalog

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"rolewall/ruleset"
)

// mistakesOf loads a catalog of one service S with the endpoints, and returns what is wrong, without places and hints.
func mistakesOf(t *testing.T, endpoints, more string) string {
	t.Helper()
	const head = "sources.S = { title = \"s\", where = \"s\" }\nfeatures.extra = { title = \"x\" }\nfeatures.more = { title = \"x\" }\nlisteners.one = { owners = [{ program = \"one.exe\", source = \"S\" }] }\n"
	src := head + "[services.S]\nendpoints = [" + endpoints + "]\n" + more
	_, err := Load(fstest.MapFS{"x.toml": &fstest.MapFile{Data: []byte(src)}})
	if err == nil {
		return ""
	}
	var out []string
	for line := range strings.Lines(err.Error()) {
		if !strings.HasPrefix(line, "  hint:") {
			out = append(out, regexp.MustCompile(`^\S+: `).ReplaceAllString(strings.TrimSpace(line), ""))
		}
	}
	return strings.Join(out, "; ")
}

// TestEndpointMistakes holds which rows of a service cannot be, next to those that can.
func TestEndpointMistakes(t *testing.T) {
	const (
		from   = `source = "S", audience = `
		mapper = `{ app = "m", tcp = "135", rpc = "mapper", ` + from
		rpc    = `{ app = "d", tcp = "dynamic", rpc = "dynamic", ` + from
		lost   = "service S has a dynamic RPC endpoint that nobody can find without the endpoint mapper"
	)
	for _, c := range []struct{ name, endpoints, want string }{
		{"a port", `{ app = "x", tcp = "80", ` + from + `"clients" }`, ""},
		{"no mapper", rpc + `"clients" }`, lost},
		{"a mapper for the same", rpc + `"management" }, ` + mapper + `"management" }`, ""},
		{"a mapper for clients, who are all", rpc + `"management" }, ` + mapper + `"clients" }`, ""},
		{"a mapper for others", rpc + `"clients" }, ` + mapper + `"management" }`, lost},
		{"a mapper that is never open", rpc + `"clients" }, ` + mapper + `"clients", never = "knowledge" }`, lost},
		{"RPC that is never open", rpc + `"clients", never = "knowledge" }`, ""},
		{"a mapper of another feature", rpc + `"clients", feature = "extra" }, ` + mapper + `"clients", feature = "more" }`, lost},
		{"a mapper of the feature", rpc + `"clients", feature = "extra" }, ` + mapper + `"clients", feature = "extra" }`, ""},
		{"a mapper of a feature", rpc + `"clients" }, ` + mapper + `"clients", feature = "extra" }`, lost},
		{"a mapper without one", rpc + `"clients", feature = "extra" }, ` + mapper + `"clients" }`, ""},
		{"a plain endpoint on the port of the mapper", rpc + `"clients" }, { app = "x", tcp = "135", ` + from + `"clients" }`, lost},
		{"a mapper on another port", `{ app = "m", tcp = "136", rpc = "mapper", ` + from + `"clients" }`, "the endpoint mapper is tcp 135"},
		{"a mapper of udp", `{ app = "m", udp = "135", rpc = "mapper", ` + from + `"clients" }`, "the endpoint mapper is tcp 135"},
		{"dynamic RPC on a port", `{ app = "d", tcp = "5000", rpc = "dynamic", ` + from + `"clients" }, ` + mapper + `"clients" }`, "a dynamic RPC endpoint has no port of its own"},
		{"static RPC", `{ app = "s", tcp = "5000", rpc = "static", ` + from + `"clients" }`, ""},
		{"static RPC of udp", `{ app = "s", udp = "5000", rpc = "static", ` + from + `"clients" }`, "a static RPC endpoint needs a tcp port"},
		{"static RPC without a port", `{ app = "s", tcp = "dynamic", rpc = "static", ` + from + `"clients" }`, "a static RPC endpoint needs a tcp port"},
		{"what comes out of a tunnel", `{ app = "l", udp = "1701", decrypted = true, ` + from + `"clients" }`, ""},
		{"tcp out of a tunnel", `{ app = "l", tcp = "1701", decrypted = true, ` + from + `"clients" }`, "decrypted goes with one port or range of udp"},
		{"two ports out of a tunnel", `{ app = "l", udp = "1701,1703", decrypted = true, ` + from + `"clients" }`, "decrypted goes with one port or range of udp"},
		{"editions", `{ app = "x", tcp = "80", since = "windows-2008", until = "windows-2008", ` + from + `"clients" }`, ""},
		{"editions that end before they begin", `{ app = "x", tcp = "80", since = "windows-2012", until = "windows-2008", ` + from + `"clients" }`, "until windows-2008 is before since windows-2012"},
		{"since Linux", `{ app = "x", tcp = "80", since = "linux", ` + from + `"clients" }`, `since must be an edition of Windows, not "linux"`},
		{"since an unknown edition", `{ app = "x", tcp = "80", since = "windows-1", ` + from + `"clients" }`, `since must be an edition of Windows, not "windows-1"`},
		{"a platform", `{ app = "x", tcp = "80", platform = "linux", ` + from + `"clients" }`, ""},
		{"the other platform", `{ app = "x", tcp = "80", platform = "windows", ` + from + `"clients" }`, ""},
		{"an unknown platform", `{ app = "x", tcp = "80", platform = "bsd", ` + from + `"clients" }`, `unknown platform "bsd"`},
		{"a feature", `{ app = "x", tcp = "80", feature = "extra", ` + from + `"clients" }`, ""},
		{"an unknown feature", `{ app = "x", tcp = "80", feature = "etxra", ` + from + `"clients" }`, `unknown feature "etxra"`},
		{"listeners", `{ app = "x", tcp = "80", listener = "one", ` + from + `"clients" }, { app = "y", tcp = "81", listener = "System", ` + from + `"clients" }, { app = "z", tcp = "82", listener = "HTTP", ` + from + `"clients" }`, ""},
		{"an unknown listener", `{ app = "x", tcp = "80", listener = "two", ` + from + `"clients" }`, `unknown listener "two"`},
		{"an unknown source", `{ app = "x", tcp = "80", source = "T", audience = "clients" }`, `unknown source "T"`},
		{"nobody", `{ app = "x", tcp = "80", source = "S" }`, "an endpoint must say in audience who it is for"},
		{"nobody, and never open", `{ app = "x", tcp = "80", source = "S", never = "knowledge" }`, ""},
		{"an unknown audience", `{ app = "x", tcp = "80", ` + from + `"friends" }`, `unknown audience "friends"`},
		{"everything for clients", `{ app = "x", protocol = "any", ` + from + `"clients" }`, "every protocol is open to peers alone"},
	} {
		if got := mistakesOf(t, c.endpoints, ""); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestIncludeLimits holds how deep roles include each other, and in how many ways they may reach roles and services.
func TestIncludeLimits(t *testing.T) {
	const endpoint = `{ app = "x", tcp = "80", source = "S", audience = "clients" }`
	role := func(n int, includes ...int) string {
		var names []string
		for _, i := range includes {
			names = append(names, fmt.Sprintf("%q", fmt.Sprintf("r%03d", i)))
		}
		return fmt.Sprintf("[roles.r%03d]\nsource = \"S\"\nincludes = [%s]\n", n, strings.Join(names, ", "))
	}
	downwards := func(n int) string { // r001 is the outermost
		text := role(n)
		for i := 1; i < n; i++ {
			text += role(i, i+1)
		}
		return text
	}
	upwards := func(n int) string { // r001 is the innermost
		text := role(1)
		for i := 2; i <= n; i++ {
			text += role(i, i-1)
		}
		return text
	}
	// Each of r002 to r009 includes r001; r010 reaches 1 + 8*2 roles in one way each, and r011 that many times as there are.
	fan := func(tops int) string {
		text := role(1)
		var middle, top []int
		for i := 2; i <= 9; i++ {
			text += role(i, 1)
			middle = append(middle, i)
		}
		for i := range tops {
			text += role(100+i, middle...)
			top = append(top, 100+i)
		}
		return text + role(99, top...)
	}
	ways := func(tops int) int { return 1 + tops*(1+8*2) }
	most := (maxWays - 1) / 17
	deep := func(n int) string { return fmt.Sprintf("role r%03d includes roles more than %d deep", n, maxIncludes) }
	for _, c := range []struct{ name, roles, want string }{
		{"from the outermost", downwards(maxIncludes), ""},
		{"from the outermost, one more", downwards(maxIncludes + 1), deep(1)},
		{"from the innermost", upwards(maxIncludes), ""},
		{"from the innermost, one more", upwards(maxIncludes + 1), deep(maxIncludes + 1)},
		{"from the innermost, two more", upwards(maxIncludes + 2), deep(maxIncludes + 1)},
		{fmt.Sprint(ways(most), " ways"), fan(most), ""},
		{fmt.Sprint(ways(most+1), " ways"), fan(most + 1), fmt.Sprintf("role r099 includes the same roles and services in more than %d ways", maxWays)},
	} {
		if got := mistakesOf(t, endpoint, c.roles); got != c.want {
			t.Errorf("%s: got %.300q, want %q", c.name, got, c.want)
		}
	}
}

func TestHolds(t *testing.T) {
	e := Endpoint{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 80, Last: 90}}}}
	for port, want := range map[string]bool{"tcp/80": true, "tcp/90": true, "tcp/91": false, "udp/80": false, "tcp/x": false, "tcp": false} {
		if got := e.holds(port); got != want {
			t.Errorf("%s: %t", port, got)
		}
	}
}
