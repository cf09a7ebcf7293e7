package workspace

import "context"

// Await returns what work returns, or the error of ctx when it ends first. Work goes on then, until the program ends: a pipe that
// nobody closes cannot be left, and neither can one long computation. So work changes nothing that outlives the program. Where ctx
// has ended already no work begins: it might use what work that goes on uses.
func Await[T any](ctx context.Context, work func() (T, error)) (T, error) {
	if err := ctx.Err(); err != nil {
		return *new(T), err
	}
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := work()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return *new(T), ctx.Err()
	}
}
