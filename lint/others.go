package lint

func othersCodes() []Code {
	return []Code{{
		Name: "RW036", Level: Note, Title: "a [[deny]] holds for the rules of this policy alone", host: othersStay,
		Why: "As long as other_rules is keep, inbound rules of others stay in Windows Firewall, such as Windows' own for Remote Desktop. What the " +
			"deny forbids can be open by one of them, and no analysis of the policy sees it.",
		Fix: "Say [advfirewall] other_rules = \"disable\", once you have looked at what it switches off, or [lint] RW036 = { level = \"off\" } with the reason.",
	}}
}

// othersStay looks for denies on hosts of Windows Firewall that keep rules of others. Where the policy says so, the finding
// is at that place; one finding stands for all denies.
func othersStay(v *hostCheck) {
	s := v.linter.p.Effective(v.Host)
	if !v.isFor("advfirewall") || s.Advfirewall.OtherRules.Get() == "disable" {
		return
	}
	var more []func(*draft)
	for i := range v.linter.denies {
		if d := &v.linter.denies[i]; v.linter.appliesTo(d, v.Host) {
			more = append(more, withPlace(d.Location, "holds for the rules of this policy alone"))
		}
	}
	const hint, what = "[advfirewall] other_rules = \"disable\", once you have looked at what it switches off", "inbound rules of others stay and can open what a [[deny]] forbids"
	switch x := s.Advfirewall.OtherRules; {
	case len(more) == 0:
	case x == nil:
		v.reportHost(hint, "other_rules is not given, so "+what, more...)
	default:
		v.reportAt(x.Location, hint, what, more...)
	}
}
