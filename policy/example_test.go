package policy_test

import (
	"fmt"
	"testing/fstest"

	"rolewall/catalog"
	"rolewall/policy"
)

// A file with roles and no [hosts] describes one host, which has the name of the file.
func ExampleLoad() {
	cat, err := catalog.Default()
	if err != nil {
		panic(err)
	}
	files := fstest.MapFS{"web1.toml": {Data: []byte(`
		roles = ["iis-web"]
		os    = "windows-2019"
	`)}}
	p, err := policy.Load(files, "web1.toml", cat)
	if err != nil {
		panic(err)
	}
	for _, h := range p.Hosts {
		fmt.Println(h.Name, p.OS(h), h.Roles.Values())
	}
	// Output: web1 windows-2019 [iis-web]
}

// Every mistake of a policy is reported at once, with its location and often with a hint.
func ExampleLoad_mistakes() {
	cat, err := catalog.Default()
	if err != nil {
		panic(err)
	}
	files := fstest.MapFS{"web1.toml": {Data: []byte(`roles = ["iis-wbe"]
os    = "windows-2020"`)}}
	_, err = policy.Load(files, "web1.toml", cat)
	fmt.Println(err)
	// Output:
	// web1.toml:1:10: unknown role "iis-wbe"
	//   hint: did you mean "iis-web"?
	// web1.toml:2:9: unknown os "windows-2020"
	//   hint: did you mean "windows-2000"?
}

// The nearest level that gives a setting decides: the host, its groups, the file.
func ExamplePolicy_Effective() {
	cat, err := catalog.Default()
	if err != nil {
		panic(err)
	}
	files := fstest.MapFS{"servers.toml": {Data: []byte(`
		os     = "windows-2019"
		access = "console"
		[hosts.web1]
		roles  = ["iis-web"]
		access = "network"
	`)}}
	p, err := policy.Load(files, "servers.toml", cat)
	if err != nil {
		panic(err)
	}
	s := p.Effective(p.Hosts[0])
	fmt.Println(s.Edition(), s.Access.Get(), s.Access.Location.Pos())
	// Output: windows-2019 network servers.toml:6:3
}
