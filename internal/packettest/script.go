//go:build linux

package packettest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"rolewall/internal/netspace"
)

// Tool is what a script is loaded with.
type Tool int

// The tools. Iptables and IptablesLegacy load the same script with the two back ends.
const (
	Nftables Tool = iota
	Iptables
	IptablesLegacy
)

// String names the tool, and for iptables the back end.
func (t Tool) String() string {
	switch t {
	case Iptables:
		return "iptables-nft"
	case IptablesLegacy:
		return "iptables-legacy"
	}
	return "nftables"
}

// Script is a script under test.
type Script struct {
	Tool Tool
	Text string
}

// Load loads the script as its header tells an administrator to.
func (l *Lab) Load(s Script) error {
	commands := []string{"dash FILE"}
	if s.Tool == Nftables {
		commands = []string{"nft -c -f FILE", "nft -f FILE"}
	}
	return l.withFile(s, func(file string) error {
		for _, c := range commands {
			if _, err := l.space(s.Tool).Run("", strings.Fields(strings.Replace(c, "FILE", file, 1))...); err != nil {
				return fmt.Errorf("load the script: %w", err)
			}
		}
		return nil
	})
}

// withFile lays the script down under the name it is generated with.
func (l *Lab) withFile(s Script, f func(file string) error) error {
	dir, err := os.MkdirTemp("", "packettest")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "iptables.sh")
	if s.Tool == Nftables {
		file = filepath.Join(dir, "nftables.nft")
	}
	if err := os.WriteFile(file, []byte(s.Text), 0o755); err != nil {
		return err
	}
	return f(file)
}

// space is the server as the tool sees it.
func (l *Lab) space(tool Tool) *netspace.Space {
	if tool == IptablesLegacy {
		l.usedLegacy = true
		return l.legacy
	}
	return l.Server
}

// Listing is all that the server's filters hold, without counters and without the recorder's table.
func (l *Lab) Listing(tool Tool) (string, error) {
	commands := "for t in $(nft list tables | sed 's/table //; s/ /:/' | grep -v packettest); do nft -s list table ${t%%:*} ${t#*:}; done"
	if tool != Nftables {
		commands = "for c in iptables ip6tables; do for t in filter raw; do $c -w 20 -t $t -S; done; done"
	}
	return l.space(tool).Run("", "sh", "-ec", commands)
}

// reset empties the server's filters of both back ends.
func (l *Lab) reset() error {
	if _, err := l.Server.Run("flush ruleset\n"+recorderTable(), "nft", "-f", "-"); err != nil {
		return err
	}
	if !l.usedLegacy {
		return nil
	}
	l.usedLegacy = false
	_, err := l.legacy.Run("", "sh", "-ec", `for c in iptables ip6tables; do
		for t in filter raw; do $c -w 20 -t $t -F; $c -w 20 -t $t -X; done
		$c -w 20 -P INPUT ACCEPT
	done`)
	return err
}

// Undo does what the script's header names as the way to take it back.
func (l *Lab) Undo(s Script) error {
	for line := range strings.Lines(s.Text) {
		command, found := strings.CutPrefix(line, "# Undo ")
		if !found {
			continue
		}
		return l.withFile(s, func(file string) error {
			command = strings.ReplaceAll(command, filepath.Base(file), file)
			_, err := l.space(s.Tool).Run("", "sh", "-ec", command)
			return err
		})
	}
	return errors.New("the script does not say how to undo it")
}
