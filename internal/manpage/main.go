// Command manpage writes the manual page of rolewall to standard output. It asks the binary that it is given for the help of
// every command, so the page has no text of its own:
//
//	manpage ./rolewall >rolewall.1
//
// SOURCE_DATE_EPOCH, in seconds, is the date of the page. Without it the page has none.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: manpage ROLEWALL")
	}
	date, err := sourceDate(os.Getenv("SOURCE_DATE_EPOCH"))
	if err != nil {
		log.Fatal(err)
	}
	ask := func(args ...string) (string, error) {
		cmd := exec.Command(os.Args[1], args...)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			err = fmt.Errorf("%s: %w", cmd, err)
		}
		return string(out), err
	}
	version, err := ask("--version")
	if err != nil {
		log.Fatal(err)
	}
	program, err := readHelp(ask)
	if err != nil {
		log.Fatal(err)
	}
	version = strings.Replace(strings.TrimSpace(version), " version", "", 1)
	if _, err := os.Stdout.WriteString(page(program, version, date)); err != nil {
		log.Fatal(err)
	}
}

// sourceDate returns the day of a time in seconds, or "" for "".
func sourceDate(epoch string) (string, error) {
	if epoch == "" {
		return "", nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return "", fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(seconds, 0).UTC().Format(time.DateOnly), nil
}
