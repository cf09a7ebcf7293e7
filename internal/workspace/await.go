package workspace

import "context"

// Await returns what work returns, or the error of ctx if ctx ends first. work then continues until the program
// ends, since nothing can stop the reading of a pipe or a long computation. So work must not change anything that
// outlives the program. If ctx has ended already, Await does not call work, which could share data with an earlier
// one.
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
