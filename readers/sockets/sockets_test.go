package sockets

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/diag"
)

// form is a reader with its detector.
type form struct {
	name   string
	detect func([]byte) bool
	read   func(string, []byte, *State, *diag.List)
}

func forms() []form {
	return []form{{"ss", DetectSS, ReadSS}, {"netstat", DetectNetstat, ReadNetstat}, {"json", DetectJSON, ReadJSON}, {"tasklist", DetectTasklist, ReadTasklist}}
}

// read reads a text by the one form that knows it.
func read(t testing.TB, name string, src []byte) (*State, *diag.List) {
	t.Helper()
	st, errs := &State{}, &diag.List{}
	var known []string
	for _, f := range forms() {
		if f.detect(src) {
			known = append(known, f.name)
			f.read(name, src, st, errs)
		}
	}
	if len(known) != 1 {
		t.Fatalf("%s is read as %v", name, known)
	}
	st.Join()
	return st, errs
}

func (s Socket) line() string {
	addr := "*"
	if s.Addr.IsValid() {
		addr = s.Addr.String()
	}
	out := fmt.Sprintf("%s/%d %s %s", s.Protocol, s.Port, addr, strings.Join(s.Families.Names(), "+"))
	if s.Interface != "" {
		out += " on " + s.Interface
	}
	if !s.Listens() {
		out += " peer " + s.Peer.String()
	}
	return out + fmt.Sprintf(" %q %q %s", s.Processes, s.Services, s.Unit)
}

func lines(st *State) string {
	var out []string
	for _, s := range st.Sockets {
		out = append(out, s.line())
	}
	return strings.Join(out, "\n")
}

// TestSamples reads what the programs print.
func TestSamples(t *testing.T) {
	const ss = `tcp/22 * ipv4 ["python3"] [] 
tcp/80 * ipv4+ipv6 ["python3"] [] 
tcp/445 10.1.0.10 ipv4 ["python3"] [] 
tcp/445 fd00:1::10 ipv6 ["python3"] [] 
tcp/5432 127.0.0.1 ipv4 ["python3"] [] 
tcp/5432 ::1 ipv6 ["python3"] [] 
tcp/8088 * ipv4 on eth0 ["python3"] [] 
tcp/9443 * ipv6 ["python3"] [] 
udp/53 * ipv4 ["python3"] [] 
udp/123 * ipv4+ipv6 ["python3"] [] 
udp/546 fe80::e4b7:a7ff:fe5b:2c45 ipv6 on eth0 ["python3"] [] 
udp/5353 224.0.0.251 ipv4 ["python3"] [] 
udp/9995 * ipv4 ["nfcapd"] [] `
	for _, name := range []string{"ss-H-tulpn.txt", "ss-H-tulpne.txt", "ss-tulpn.txt"} {
		if got := lines(sample(t, name)); got != ss {
			t.Errorf("%s: %s", name, got)
		}
	}
	const netstat = `tcp/53 * ipv4 [] [] 
tcp/53 fe80::1 ipv6 on 4 [] [] 
tcp/53 127.0.0.1 ipv4 [] [] 
tcp/88 * ipv4 [] [] 
tcp/135 * ipv4 [] [] 
tcp/389 * ipv4 [] [] 
tcp/445 * ipv4 [] [] 
tcp/445 * ipv6 [] [] 
tcp/445 10.1.0.10 ipv4 peer 10.20.0.7:51234 [] [] 
tcp/49664 * ipv4 [] [] 
udp/53 10.1.0.10 ipv4 [] [] 
udp/123 * ipv4 [] [] 
udp/123 * ipv6 [] [] `
	if got := sample(t, "netstat-ano-en.txt"); !sameLines(lines(got), netstat) || got.Sockets[len(got.Sockets)-1].PID != 1044 {
		t.Errorf("netstat-ano-en.txt: %s", lines(got))
	}
	for name, want := range map[string]string{
		"netstat-ano-de.txt":        "tcp/445 * ipv4 [] [] \ntcp/445 10.1.0.10 ipv4 peer 10.20.0.7:51234 [] [] \nudp/123 * ipv4 [] [] ",
		"get-nettcpconnection.json": "tcp/445 * ipv6 [] [] \ntcp/445 10.1.0.10 ipv4 peer 10.20.0.7:51234 [] [] \ntcp/3389 * ipv4 [] [] ",
	} {
		if got := lines(sample(t, name)); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := lines(sample(t, "netstat-tulpn.txt")); !strings.Contains(got, `tcp/80 * ipv4+ipv6 ["python3"]`) || !strings.Contains(got, `tcp/445 fd00:1::10 ipv6 ["python3"]`) {
		t.Errorf("netstat-tulpn.txt: %s", got)
	}
	if got := lines(sample(t, "netstat-an.txt")); !strings.Contains(got, "tcp/5432 127.0.0.1 ipv4 []") || strings.Contains(got, "raw") {
		t.Errorf("netstat-an.txt: %s", got)
	}
	if got := sample(t, "tasklist-svc.csv"); strings.Join(got.Processes[684].Services, " ") != "Kdc KeyIso NTDS Netlogon SamSs" || got.Processes[2200].Name != "dns.exe" || got.Processes[4].Services != nil {
		t.Errorf("tasklist-svc.csv: %+v", got.Processes)
	}
}

func sameLines(a, b string) bool {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for _, l := range y {
		if !strings.Contains(a, l) {
			return false
		}
	}
	return len(x) == len(y)
}

func sample(t *testing.T, name string) *State {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	st, errs := read(t, name, src)
	if err := errs.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return st
}

// TestNames tells what processes and units are called, whatever they call themselves.
func TestNames(t *testing.T) {
	for text, want := range map[string]string{
		`tcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:* users:(("a b),(",pid=9,fd=6),("nginx",pid=10,fd=6)) uid:33 ino:1 sk:1 cgroup:/system.slice/nginx.service <->`: `tcp/80 * ipv4 ["a b),(" "nginx"] [] nginx.service`,
		`tcp LISTEN 0 5 *:22 *:* users:(("systemd",pid=1,fd=6)) cgroup:/init.scope v6only:1 <->`:                                                           `tcp/22 * ipv6 ["systemd"] [] `,
		`tcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:*`: `tcp/22 * ipv4 [] [] `,
		"  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1012\n  RpcSs\n [svchost.exe]\n":                                    `tcp/135 * ipv4 ["svchost.exe"] ["RpcSs"] `,
		"  TCP    0.0.0.0:445            0.0.0.0:0              ABH\x99REN         4\n Es k\x94nnen keine Besitzerinformationen abgerufen werden\n": `tcp/445 * ipv4 [] [] `,
		`{"LocalAddress":"0.0.0.0","LocalPort":123,"OwningProcess":9}`:                                                                              `udp/123 * ipv4 [] [] `,
		`{"LocalAddress":"0.0.0.0","LocalPort":80,"RemoteAddress":"0.0.0.0","RemotePort":0,"State":"Listen","OwningProcess":9}`:                     `tcp/80 * ipv4 [] [] `,
		`{"LocalAddress":"0.0.0.0","LocalPort":80,"RemoteAddress":"0.0.0.0","RemotePort":0,"State":"Bound","OwningProcess":9}`:                      ``,
	} {
		st, errs := read(t, "x", []byte(text))
		if got := lines(st); got != want || errs.Len() > 0 {
			t.Errorf("%s\n got %s\nwant %s, %v", text, got, want, errs.Err())
		}
	}
}

// TestMistakes names the place of what cannot be read.
func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"tcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:*\ntcp LISTEN 0 5 0.0.0.0:70000 0.0.0.0:*": `x:2:1: "0.0.0.0:70000" and "0.0.0.0:*" are not the sides of a socket`,
		"tcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:*\ntcp LISTEN":                             "x:2:1: a line of ss has a kind",
		"tcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:* users:((\"a":/* cut */ "x:1:1: the processes of a socket are not in the form of ss",
		"  TCP  0.0.0.0:1  0.0.0.0:0  L  1\n  TCP  0.0.0.0:70000  0.0.0.0:0  L  1":    `x:2:1: "TCP 0.0.0.0:70000 0.0.0.0:0 L 1" is not a line with a protocol and two addresses`,
		"[\n{\"LocalAddress\":\"::\",\"LocalPort\":445,\"OwningProcess\":4},\n{\"Loc": "x:3:6: the JSON cannot be read: it ends too early",
		`[{"LocalAddress":"::","LocalPort":70000,"OwningProcess":4}]`:                 `x:1:59: the JSON cannot be read: "LocalPort" holds a value of another kind`,
		`[{"LocalAddress":"no","LocalPort":7,"OwningProcess":4}]`:                     `x:1:1: "no" and "" are not the addresses of a socket`,
		"\"a\",\"1\",\"b\"\n\"a\",\"x\",\"b\"":                                        `x:2:1: "x" is not the number of a process`,
	} {
		_, errs := read(t, "x", []byte(text))
		if err := errs.Err(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// FuzzRead reads anything: nothing panics, every mistake has a place, and no socket lacks a port.
func FuzzRead(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.*")
	for _, name := range names {
		if src, err := os.ReadFile(name); err == nil {
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, form := range forms() {
			form.detect(src)
			st, errs := &State{}, &diag.List{}
			form.read("x", src, st, errs)
			st.Join()
			for _, s := range st.Sockets {
				if s.Port == 0 || s.Families.None() || s.Pos.Line == 0 {
					t.Errorf("%s: %+v", form.name, s)
				}
			}
			if err := errs.Err(); err != nil && !strings.HasPrefix(err.Error(), "x:") {
				t.Errorf("%s: %v", form.name, err)
			}
		}
	})
}
