package workspace

import (
	"context"
	"runtime"
	"sync"
)

// batch is how many items a worker takes at a time, so that handing over costs little.
const batch = 32

// Ordered calls work for 0 to n-1 on all cores and hands the results to done one by one in that order. It holds at most a few
// batches at a time. It returns the first error of done, or the error of ctx when it ends.
func Ordered[T any](ctx context.Context, n int, work func(int) T, done func(int, T) error) error {
	workers := runtime.GOMAXPROCS(0)
	slots := make(chan chan []T, workers*2) // results in order; its size bounds what is held
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
