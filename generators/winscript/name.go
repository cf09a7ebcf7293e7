package winscript

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Owner begins the name of every rule of ours, in all versions. Scripts find by it what earlier ones left.
const Owner = "rolewall: "

// form writes hashes: letters of one case, since Windows does not tell cases apart.
var form = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// RuleName names a rule of Windows Firewall: "rolewall: WHAT [LABEL] FORM". The label leads back to the policy; it is "baseline"
// for a rule without a label. FORM is 128 bits over everything that Windows is told of the rule: a rule that is there under the
// name is the rule, with the same profile, sources and reasons. Who writes a policy cannot make two rules of one name, nor a
// name that holds another one.
func RuleName(what, label string, told ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(told, "\n"))) // nothing that Windows is told has a line end
	label = cmp.Or(label, "baseline")
	what = strings.NewReplacer("[", "(", "]", ")").Replace(Text(what, 60))
	return Owner + what + " [" + label + "] " + form.EncodeToString(sum[:16])
}
