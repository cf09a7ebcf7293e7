package fleet

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"rolewall/internal/workspace"
)

// haltAt makes this test program a run that writes a folder, and says so and waits for its end when some hosts are finished.
const haltAt = "ROLEWALL_TEST_HALT_AT"

func TestMain(m *testing.M) {
	if text := os.Getenv(haltAt); text != "" {
		host, err := strconv.Atoi(text)
		if err == nil {
			err = halt(host, os.Args[1], os.Args[2])
		}
		fmt.Fprintln(os.Stderr, "the run ended: ", err)
		os.Exit(1)
	}
	for _, name := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"} { // tests leave the user's cache alone
		os.Setenv(name, "")
	}
	os.Exit(m.Run())
}

func halt(host int, policy, dir string) error {
	w, err := workspace.Open(context.Background(), workspace.NewFiles(nil), policy, workspace.Options{AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	p, err := NewPlan(context.Background(), w, workspace.Selection{}, at{})
	if err != nil {
		return err
	}
	return p.Write(context.Background(), dir, Cache{}, at{host, func() {
		fmt.Println("halted")
		select {}
	}})
}
