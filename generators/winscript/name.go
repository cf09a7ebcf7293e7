package winscript

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Owner is the beginning of the name of every rule that rolewall writes, in all versions. Scripts find by it the
// rules of earlier scripts.
const Owner = "rolewall: "

// form encodes hashes in letters of one case, since Windows ignores case.
var form = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// RuleName returns the name of a rule of Windows Firewall: "rolewall: WHAT [LABEL] FORM". The label leads back to
// the policy. It is "baseline" for a rule without a label. FORM is a hash of 128 bits over everything that Windows
// is told about the rule. So if a rule with the name exists, it is the same rule, with the same profile, sources
// and reasons. The author of a policy cannot make two rules with one name, nor a name that contains another.
func RuleName(what, label string, told ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(told, "\n"))) // none of these texts contains a line end
	label = cmp.Or(label, "baseline")
	what = strings.NewReplacer("[", "(", "]", ")").Replace(Text(what, 60))
	return Owner + what + " [" + label + "] " + form.EncodeToString(sum[:16])
}
