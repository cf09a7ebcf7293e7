package walk

// maxWork is how much work the rules of one family may be: rules that are tried, classes of addresses that are
// compared, results and records. A unit is about fifty nanoseconds, or twenty bytes. Real hosts need far less.
const maxWork = 20_000_000

// Budget counts the work of an evaluation. What is over the limit stops early, and its results must not be used.
type Budget struct{ work int }

// Spend adds units of work.
func (b *Budget) Spend(units int) { b.work += units }

// Spent reports whether the work is over the limit.
func (b *Budget) Spent() bool { return b.work > maxWork }
