package lint

import (
	"fmt"

	"rolewall/generators/target"
)

// eachOpening calls do for each deny that applies to the host, and each opening of the host's scripts beside the
// rules.
func (v *hostCheck) eachOpening(do func(d *deny, targetName string, o target.Opening)) {
	for i := range v.linter.denies {
		d := &v.linter.denies[i]
		if !v.linter.appliesTo(d, v.Host) {
			continue
		}
		for _, x := range v.Targets {
			for _, o := range x.Openings {
				do(d, x.Name, o)
			}
		}
	}
}

// openForbidden looks for traffic that the site forbids and a script allows beside its rules: on interfaces that
// it does not filter, by mirrors of filters, by helpers. What scripts allow on every host is checked by
// eachBeside.
func openForbidden(v *hostCheck) {
	v.eachOpening(func(d *deny, name string, o target.Opening) {
		r, typed := o.Rule()
		if o.Cause == target.Baseline || !typed {
			return
		}
		if who := d.forbids.Forbidden(r, o.Families); who != "" {
			v.reportAt(d.Location, o.Setting, fmt.Sprintf("%s allows %s from %s beside the rules (%s), which is forbidden: %s", name, d.Traffic, who, o.Text, d.reasonText()))
		}
	})
}
