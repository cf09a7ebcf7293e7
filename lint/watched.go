package lint

import (
	"fmt"
	"slices"
)

// watched looks for hosts that have the target audit and no filter, and have no last day or a past one.
func watched(v *hostCheck) {
	audits := slices.ContainsFunc(v.Targets, func(t Target) bool { return t.Name == "audit" })
	if !audits || slices.ContainsFunc(v.Targets, func(t Target) bool { return t.Filter }) {
		return
	}
	const hint = "add a target that filters, such as nftables"
	until := v.linter.p.Effective(v.Host).Linux.AuditUntil
	switch {
	case until == nil:
		v.reportHost(hint+", or say [linux] audit_until", "the target audit alone enforces nothing, and no day ends that")
	case until.Value < v.linter.day:
		v.reportAt(until.Location, hint+", or a new last day", fmt.Sprintf("the target audit alone enforces nothing, and was to until %s", until.Value))
	}
}
