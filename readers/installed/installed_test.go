package installed

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
)

type form struct {
	name   string
	detect func([]byte) bool
	read   func(string, []byte, *State, *diag.List)
}

func forms() []form {
	return []form{{"packages", DetectPackages, ReadPackages}, {"units", DetectUnits, ReadUnits}, {"features", DetectFeatures, ReadFeatures}}
}

func read(t *testing.T, src string) (*State, *diag.List) {
	t.Helper()
	st, errs := &State{}, &diag.List{}
	var known []string
	for _, f := range forms() {
		if f.detect([]byte(src)) {
			known = append(known, f.name)
			f.read("x", []byte(src), st, errs)
		}
	}
	if len(known) != 1 {
		t.Fatalf("%.40q is read as %v", src, known)
	}
	return st, errs
}

func (st *State) all() string {
	var out []string
	for _, list := range []map[string]Item{st.Packages, st.Units, st.Features} {
		out = append(out, slices.Sorted(maps.Keys(list))...)
	}
	return strings.Join(out, " ")
}

func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		"nginx\t1.22.1-9\tinstalled\nold\t1\tconfig-files\nlibc6:amd64\t2\tinstalled\n":                               "libc6 nginx",
		"nginx\t1.22.1-9\tii \nold\t1\trc \n":                                                                         "nginx",
		"bind\t9.16.23\nhttpd\t2.4\n":                                                                                 "bind httpd",
		"httpd-2.4.57-8.el9.x86_64\nnss-tools-3.90.0-6.el9_3.noarch\n":                                                "httpd nss-tools",
		"nginx.service loaded active running A high performance web server\ncron.service loaded active exited Cron\n": "nginx.service",
		"  UNIT LOAD ACTIVE SUB DESCRIPTION\n\u25cf a.service loaded failed failed A\n  ssh.socket loaded active listening S\n\n3 loaded units listed.\n": "ssh.socket",
		"#TYPE X\n\"Name\",\"DisplayName\",\"InstallState\"\n\"DNS\",\"DNS-Server\",\"Installed\"\n\"DHCP\",\"x\",\"Available\"\n":                        "dns",
		`[{"FeatureName":"IIS-WebServer","State":2},{"FeatureName":"SMB1","State":0}]`:                                                                    "iis-webserver",
		`{"Name":"DNS","InstallState":"Installed"}`: "dns",
	} {
		st, errs := read(t, text)
		if got := st.all(); got != want || errs.Len() > 0 {
			t.Errorf("%q: %s, want %s; %v", text, got, want, errs.Err())
		}
	}
	for name, want := range map[string]string{"testdata/get-windowsfeature.json": "ad-domain-services dns fs-fileserver", "testdata/dpkg-query.txt": "adduser"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if st, errs := read(t, string(src)); !strings.HasPrefix(st.all(), want) || errs.Len() > 0 {
			t.Errorf("%s: %s, %v", name, st.all(), errs.Err())
		}
	}
}

func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"nginx\t1\tinstalled\nnginx 1":                           `x:2:1: "nginx 1" is not a package of dpkg or rpm`,
		"a.service loaded active running A\nsomething else":      `x:2:1: "something else" is not a line of systemctl list-units`,
		"Name,InstallState\nDNS":                                 "x:2:1: the line is not CSV, or has another number of fields",
		"Name,InstallState\n\"a b\",1":                           `x:2:1: "a b" is not the name of a feature`,
		"[{\"Name\":\"DNS\",\"InstallState\":1},\n{\"Name\":\"D": "x:2:11: the JSON cannot be read: it ends too early",
		`[{"Name":"a\nb","InstallState":1}]`:                     `x:1:1: "a\nb" is not the name of a feature`,
	} {
		_, errs := read(t, text)
		if err := errs.Err(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// FuzzRead reads anything: nothing panics, every mistake has a place, and names are one word.
func FuzzRead(f *testing.F) {
	f.Add([]byte("nginx\t1\tii \n"))
	f.Add([]byte("nginx.service loaded active running A\n"))
	f.Add([]byte(`[{"Name":"DNS","InstallState":1}]`))
	f.Add([]byte("Name,InstallState\nDNS,1\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, form := range forms() {
			form.detect(src)
			st, errs := &State{}, &diag.List{}
			form.read("x", src, st, errs)
			for _, list := range []map[string]Item{st.Packages, st.Units, st.Features} {
				for _, item := range list {
					if item.Name == "" || strings.ContainsAny(item.Name, " \n\"") || item.Pos.Line == 0 {
						t.Errorf("%s: %+v", form.name, item)
					}
				}
			}
			if err := errs.Err(); err != nil && !strings.HasPrefix(err.Error(), "x:") {
				t.Errorf("%s: %v", form.name, err)
			}
		}
	})
}
