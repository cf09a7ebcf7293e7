//go:build unix

package main

import (
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// cost is what a process took.
type cost struct {
	cpu, wall time.Duration
	peak      int64 // bytes
}

// measure runs a command to its end.
func measure(cmd *exec.Cmd) cost {
	start := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		log.Fatalf("%s: %v\n%.2000s", cmd, err, out)
	}
	wall := time.Since(start)
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall, usage.Maxrss << 10}
}

// best is the cheapest of n tries: the others were disturbed.
func best(n int, try func(i int) cost) cost {
	out := try(0)
	for i := 1; i < n; i++ {
		if c := try(i); c.cpu < out.cpu {
			out = c
		}
	}
	return out
}

// bare measures the program that only writes, in a process of its own.
func (b *bench) bare(src, dst string) cost {
	exe, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	out, err := exec.Command(exe, "-bare", src, dst).Output()
	if err != nil {
		log.Fatal(err)
	}
	var cpu, wall int64
	if _, err := fmt.Sscan(string(out), &cpu, &wall); err != nil {
		log.Fatal(err)
	}
	return cost{cpu: time.Duration(cpu), wall: time.Duration(wall)}
}

// writeBare reads all files below src, and prints in nanoseconds the CPU and wall time that writing them below dst took.
func writeBare(src, dst string) {
	type file struct {
		dir, name string
		data      []byte
	}
	var files []file
	err := filepath.WalkDir(src, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".rolewall-cache" {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(src, path)
		files = append(files, file{filepath.Join(dst, filepath.Dir(rel)), filepath.Join(dst, rel), data})
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	before, start := cpuTime(), time.Now()
	last := ""
	for _, f := range files {
		if f.dir != last {
			if err := os.MkdirAll(f.dir, 0o755); err != nil {
				log.Fatal(err)
			}
			last = f.dir
		}
		if err := os.WriteFile(f.name, f.data, 0o644); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(int64(cpuTime()-before), int64(time.Since(start)))
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
