package lint

import (
	"embed"
	"slices"
	"strings"
)

//go:embed examples/*.toml
var examples embed.FS

// Code is one thing that lint looks for. Codes are never renamed and never used for another thing.
type Code struct {
	Name  string // RW001
	Level Level  // unless the policy says otherwise
	Title string // a line
	Why   string // what is bad about it
	Fix   string // what to do

	host   func(*hostCheck)   // looks at one host
	policy func(*policyCheck) // looks at the whole, after the hosts
}

// ExampleDay is the day on which the examples are judged.
const ExampleDay = "2027-03-15"

// Example is a policy that has what the code stands for, and as little else as can be.
func (c Code) Example() string {
	src, err := examples.ReadFile("examples/" + c.Name + ".toml")
	if err != nil {
		panic("lint: " + err.Error()) // a test reads every one
	}
	return string(src)
}

// Switchable reports whether [lint] may change the level.
func (c Code) Switchable() bool { return c.Name != denyCode && c.Name != requireCode }

// Codes lists all codes, by name.
func Codes() []Code {
	all := slices.Concat(
		exposureCodes(), clearTextCodes(), sourceCodes(), rpcCodes(), roleCodes(), exceptionCodes(), policyCodes(),
		ipsecCodes(), listenerCodes(), audienceCodes(), bridgeCodes(), othersCodes(), addressCodes(), requireCodes(),
	)
	slices.SortFunc(all, func(a, b Code) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Lookup finds a code by name, without regard to case.
func Lookup(name string) (Code, bool) {
	for _, c := range Codes() {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Code{}, false
}
