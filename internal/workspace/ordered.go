package workspace

import (
	"context"
	"runtime"
	"sync"
)

// batch is how many items a worker takes at a time, to reduce the cost of passing them on.
const batch = 32

// Ordered calls work for 0 to n-1 on all cores and passes the results to done, one by one and in order. It holds
// at most a few batches at a time. It returns the first error of done, or the error of ctx if ctx ends.
func Ordered[T any](ctx context.Context, n int, work func(int) T, done func(int, T) error) error {
	workers := runtime.GOMAXPROCS(0)
	slots := make(chan chan []T, workers*2) // results in order; its size limits how many are held
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	free := make(chan struct{}, workers)
	running.Go(func() {
		defer close(slots)
		for first := 0; first < n; first += batch {
			slot := make(chan []T, 1)
			select {
			case slots <- slot:
			case <-ctx.Done():
				return
			}
			free <- struct{}{}
			running.Go(func() {
				defer func() { <-free }()
				var out []T
				for i := first; i < min(first+batch, n) && ctx.Err() == nil; i++ {
					out = append(out, work(i))
				}
				slot <- out
			})
		}
	})
	i := 0
	for slot := range slots {
		for _, x := range <-slot {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := done(i, x); err != nil {
				return err
			}
			i++
		}
	}
	return ctx.Err()
}
