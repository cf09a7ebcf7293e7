package workspace

import (
	"context"
	"errors"
	"testing"
)

// TestAwait holds that work whose end nobody waits for is left, and that none begins after that.
func TestAwait(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	hangs := make(chan struct{})
	defer close(hangs)
	_, err := Await(ctx, func() (int, error) {
		cancel()
		<-hangs
		return 1, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	_, err = Await(ctx, func() (int, error) {
		t.Error("work began after the end")
		return 1, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got, err := Await(t.Context(), func() (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}
