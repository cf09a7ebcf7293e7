package compare

import "errors"

// maxNamed is how often the changes of one comparison may name rules beyond what allowedNames permits. A change on a segment of
// ports names every rule that allows the segment, so n rules that all overlap make about n*n names.
const maxNamed = 500_000

// allowedNames is how often changes may name a rule on average without any limit. Most policies stay
// below it, so the size of a fleet has no limit here.
const allowedNames = 16

// ErrTooMany says that the differences of two rule sets are too many to be told. Then nothing is known of them: they are
// not equal.
var ErrTooMany = errors.New("so many rules overlap that the differences would name rules more than 500,000 times")

// answer counts how often the changes of a comparison name rules.
type answer struct {
	free int // what the present rules may still name without a limit
	left int // negative if the answer is too long
}

func newAnswer() *answer { return &answer{left: maxNamed} }

// allow begins the comparison of a number of rules.
func (a *answer) allow(rules int) { a.free = allowedNames * rules }

// name counts rules that a segment names.
func (a *answer) name(rules int) {
	free := min(rules, a.free)
	a.free -= free
	a.left -= rules - free
}

// tooLong reports whether the answer has more names than it may have.
func (a *answer) tooLong() bool { return a.left < 0 }
