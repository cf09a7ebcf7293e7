// Package budget limits the work of evaluating the rules of a Linux host. Rules of a hostile capture, or very many
// rules, can be more work than anyone waits for. Each step of an evaluation spends units of a Budget, and stops
// when they are spent.
package budget

// maxWork is how much work the rules of one family may be: rules that are tried, classes of addresses that are
// compared, results and records. A unit is about fifty nanoseconds, or twenty bytes. Real hosts need far less.
const maxWork = 20_000_000

// The work of keeping sets.
const (
	SpanCost = 4  // of a run, or of a member of a class
	SetCost  = 20 // of the result of an operation
	LookCost = 4  // of finding a result that is known
)

// Budget counts the work of an evaluation. What is over the limit stops early, and its results must not be used.
type Budget struct{ work int }

// Spend adds units of work.
func (b *Budget) Spend(units int) { b.work += units }

// Spent reports whether the work is over the limit.
func (b *Budget) Spent() bool { return b.work > maxWork }
