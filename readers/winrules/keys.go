package winrules

import (
	"fmt"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/winstore"
)

// The keys of the stores, in lower case and without the hive.
const (
	localKey    = `system\currentcontrolset\services\sharedaccess\parameters\firewallpolicy`
	policyKey   = `software\policies\microsoft\windowsfirewall`
	servicesKey = `system\currentcontrolset\services\`
)

// split returns the store of a key and the path below it, in lower case.
func split(key string) (store winstore.Store, path string, found bool) {
	_, key, _ = strings.Cut(strings.ToLower(key), `\`)
	if strings.HasPrefix(key, `system\controlset0`) { // CurrentControlSet is a link to ControlSet001
		if _, rest, ok := strings.Cut(key[len(`system\`):], `\`); ok {
			key = `system\currentcontrolset\` + rest
		}
	}
	for _, x := range []struct {
		prefix string
		store  winstore.Store
	}{{localKey + `\mdm`, winstore.MDM}, {localKey, winstore.Local}, {policyKey, winstore.Policy}} {
		if rest, ok := strings.CutPrefix(key, x.prefix); ok && (rest == "" || rest[0] == '\\') {
			return x.store, strings.TrimPrefix(rest, `\`), true
		}
	}
	return "", key, false
}

// key records that the file holds a store.
func (r *reader) key(name string) {
	store, path, found := split(name)
	if !found {
		return
	}
	r.found = true
	r.st.Saw(store)
	if p := profileOf(store, path); p != "" {
		r.st.Settings(store, p) // a key without values counts, too
	}
}

// value adds a value of a key.
func (r *reader) value(key string, v value) {
	store, path, found := split(key)
	switch top, below, _ := strings.Cut(path, `\`); {
	case !found:
		r.service(path, v)
	case path == "firewallrules":
		r.rule(store, v)
	case top == "restrictedservices" || top == "appiso":
		if strings.HasPrefix(strings.ToLower(v.text), "v2.") {
			r.st.Hardening++
		}
	case profileOf(store, top) != "" && below == "":
		r.setting(store, top, v)
	case profileOf(store, top) != "" && !strings.HasPrefix(below, "logging"):
		r.legacy(store, below, v)
	}
}

func (r *reader) rule(store winstore.Store, v value) {
	err := r.st.Add(v.text, winstore.Rule{ID: v.name, Store: store, Place: capture.Place{Pos: v.pos, Rule: v.rule}})
	if err != nil {
		r.errs.Add(v.pos, "", "%s", err)
	}
}

// service records a filtering service that does not start.
func (r *reader) service(path string, v value) {
	name, _ := strings.CutPrefix(path, servicesKey)
	if (name == "mpssvc" || name == "bfe") && strings.EqualFold(v.name, "Start") {
		r.found = true
		if v.isNumber && v.number == 4 {
			r.st.Stopped = append(r.st.Stopped, winstore.Stopped{Service: name, Pos: v.pos})
		}
	}
}

// profileOf returns the profile whose settings are in a key below a store, or "" for other keys. The local store
// calls the private profile StandardProfile.
func profileOf(store winstore.Store, key string) string {
	switch {
	case key == "domainprofile":
		return "domain"
	case key == "publicprofile":
		return "public"
	case key == "privateprofile" && store != winstore.Local, key == "standardprofile" && store != winstore.Policy:
		return "private"
	case key == "standardprofile":
		return winstore.Standard
	}
	return ""
}

// setting adds a setting of a profile. It skips settings that do not affect inbound traffic.
func (r *reader) setting(store winstore.Store, key string, v value) {
	set := r.st.Settings(store, profileOf(store, key))
	name := strings.ToLower(v.name)
	for _, x := range []struct {
		name string
		to   *winstore.Setting
	}{
		{"enablefirewall", &set.On}, {"defaultinboundaction", &set.Block}, {"donotallowexceptions", &set.NoExceptions}, {"allowlocalpolicymerge", &set.Merge},
	} {
		if x.name != name {
			continue
		}
		if !v.isNumber || v.number > 1 {
			r.errs.Add(v.pos, hint, "%s of %s is neither 0 nor 1", v.name, key)
			return
		}
		*x.to = winstore.Say(v.number == 1, v.pos)
	}
}

// legacy records exceptions in the form of Windows XP that are on. Windows still accepts them from a policy.
func (r *reader) legacy(store winstore.Store, below string, v value) {
	open := strings.HasSuffix(below, `\list`) || strings.HasPrefix(below, "services") || strings.HasPrefix(below, "icmpsettings") || below == "remoteadminsettings"
	if !open || v.name == "" || v.isNumber && v.number == 0 || strings.Contains(strings.ToLower(v.text), ":disabled:") {
		return
	}
	text := v.text
	if v.isNumber {
		text = fmt.Sprint(v.number)
	}
	r.st.Unmapped = append(r.st.Unmapped, capture.Unmapped{
		Place:  capture.Place{Pos: v.pos, Rule: fmt.Sprintf("%s of the store %s", below, store), Text: v.name + "=" + text},
		Reason: "an exception in the form of Windows XP, which newer Windows may take",
	})
}
