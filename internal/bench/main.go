//go:build unix

// Command bench measures rolewall on fleets, and beside it a bare program that writes the same bytes, so that the
// ratios hold on any machine. `make bench` runs it; docs/benchmarks.md has figures.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"text/tabwriter"
	"time"
)

func main() {
	large := flag.Bool("large", false, "measure 100,000 hosts too, which takes ten gigabytes of disk")
	bare := flag.String("bare", "", "write the files of `SRC` to the folder named as argument, and print what that cost")
	flag.Parse()
	if *bare != "" {
		writeBare(*bare, flag.Arg(0))
		return
	}
	dir, err := os.MkdirTemp("", "rolewall-bench-*")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	exe := filepath.Join(dir, "rolewall")
	if out, err := exec.Command("go", "build", "-trimpath", "-tags", "urfave_cli_no_docs", "-o", exe, "./cmd/rolewall").CombinedOutput(); err != nil {
		log.Fatalf("%v\n%s", err, out)
	}
	b := &bench{dir: dir, exe: exe, w: tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)}
	fmt.Printf("%s/%s, %d cores, %s\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	fmt.Fprintln(b.w, "case\tCPU s\twall s\tpeak MiB\tbare CPU s\tratio\t")
	b.run(*large)
	b.w.Flush()
	b.ferm()
}

type bench struct {
	dir, exe string
	w        *tabwriter.Writer
	cases    int
}

// run measures the cases, each with a folder of its own.
func (b *bench) run(large bool) {
	b.single("one host, printed", fleet{hosts: 1}, "-t", "nftables")
	b.single("one host with 5,000 own rules, printed", fleet{hosts: 1, rules: 5000}, "-t", "nftables")
	b.folder("1,000 hosts, 8 rule sets", fleet{hosts: 1000})
	b.folder("10,000 hosts, 8 rule sets", fleet{hosts: 10000})
	b.folder("10,000 hosts, each its own exception", fleet{hosts: 10000, own: ownException})
	b.folder("10,000 hosts, each its own set of roles", fleet{hosts: 10000, own: ownRoles})
	if large {
		b.folder("100,000 hosts in one file, 8 rule sets", fleet{hosts: 100000})
		b.folder("100,000 hosts in one file, 14,876 sets of roles", fleet{hosts: 100000, own: ownRoles})
		b.folder("100,000 hosts in 100 files, each its own exception", fleet{hosts: 100000, own: ownException, files: 100})
	}
}

func (b *bench) single(name string, f fleet, args ...string) {
	policy := f.write(filepath.Join(b.dir, "policy"))
	c := best(5, func(int) cost { return measure(exec.Command(b.exe, append([]string{"generate", policy}, args...)...)) })
	b.row(name, c, cost{})
}

// folder measures a first run, the same again, a run after one host changed, and one that makes everything again.
//
// Nothing is deleted before all is measured: ext4 looks for an inode that was not freed in the last minutes, one by one,
// and a run after thousands of deletions takes ten times as long, rolewall and the bare program alike.
func (b *bench) folder(name string, f fleet) {
	b.cases++
	base := filepath.Join(b.dir, fmt.Sprint("fleet", b.cases))
	policy := f.write(filepath.Join(base, "policy"))
	var out string
	generate := func(more ...string) cost {
		return measure(exec.Command(b.exe, append([]string{"generate", "-o", out, policy}, more...)...))
	}
	tries := max(1, min(3, 30000/f.hosts))
	first := best(tries, func(i int) cost {
		out = filepath.Join(base, fmt.Sprint("out", i))
		return generate()
	})
	bareCost := best(tries, func(i int) cost { return b.bare(out, filepath.Join(base, fmt.Sprint("bare", i))) })
	b.row(name+", first run", first, bareCost)
	b.row("  unchanged", best(3, func(int) cost { return generate() }), bareCost)
	f.changed = true
	f.write(filepath.Join(base, "policy"))
	b.row("  one host changed", generate(), bareCost)
	b.row("  all made again (--force)", best(tries, func(int) cost { return generate("--force") }), bareCost)
}

func (b *bench) row(name string, c, bare cost) {
	ratio, bareText := "", ""
	if bare.cpu > 0 {
		ratio = fmt.Sprintf("%.2f", c.cpu.Seconds()/bare.cpu.Seconds())
		bareText = seconds(bare.cpu)
	}
	fmt.Fprintf(b.w, "%s\t%s\t%s\t%d\t%s\t%s\t\n", name, seconds(c.cpu), seconds(c.wall), c.peak>>20, bareText, ratio)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
