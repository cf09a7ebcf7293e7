package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// source is the tree that a release is made of.
type source struct {
	root    string
	version string    // v1.2.3
	date    time.Time // of the commit: the time of every file in the release
}

// openSource finds the version and the date of the tree. Without a version the commit must have a tag, and no file may differ
// from it.
func openSource(root, version string) (*source, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	s := &source{root: root, version: version}
	if version == "" {
		if s.version, err = s.tag(); err != nil {
			return nil, err
		}
	}
	if !semver.IsValid(s.version) || semver.Canonical(s.version)+semver.Build(s.version) != s.version {
		return nil, fmt.Errorf("%q is not a version such as v1.2.3 or v1.2.3-rc.1", s.version)
	}
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		if seconds, err = s.run(nil, "git", "log", "-1", "--format=%ct"); err != nil {
			return nil, fmt.Errorf("the date of the commit: %w; outside of git set SOURCE_DATE_EPOCH", err)
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(seconds), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	s.date = time.Unix(n, 0).UTC()
	return s, nil
}

// tag returns the tag of the commit.
func (s *source) tag() (string, error) {
	tag, err := s.run(nil, "git", "describe", "--tags", "--exact-match", "--match", "v[0-9]*")
	if err != nil {
		return "", fmt.Errorf("the commit has no version tag; give one with make release VERSION=v1.2.3 (%w)", err)
	}
	changed, err := s.run(nil, "git", "status", "--porcelain", "--untracked-files=no")
	if err != nil {
		return "", err
	}
	if changed != "" {
		return "", errors.New("files differ from the tag:\n" + changed)
	}
	return strings.TrimSpace(tag), nil
}

// run runs a command in the root of the source and returns its standard output.
func (s *source) run(env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.root
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, exit.Stderr)
	}
	return string(out), err
}

// number returns the version without its v: 1.2.3.
func (s *source) number() string { return strings.TrimPrefix(s.version, "v") }
