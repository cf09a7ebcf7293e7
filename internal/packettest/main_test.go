//go:build linux

package packettest

import (
	"flag"
	"log"
	"os"
	"runtime"
	"strconv"
	"testing"
)

// atOnce is how many labs work at the same time: loading rules waits for the kernel more than it works.
func atOnce() int { return 2 * runtime.GOMAXPROCS(0) }

// TestMain lets as many tests run at the same time, unless the command line says how many.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", strconv.Itoa(atOnce())); err != nil {
		log.Fatal(err)
	}
	os.Exit(m.Run())
}
