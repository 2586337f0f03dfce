package main

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// Each target answers so many requests a round, after one round that warms it
// up; the rounds go over all targets, so that what else the machine does meets
// them alike.
const (
	costRounds   = 7
	costRequests = 800
	costClients  = 8
)

// TestInjectionCost measures real processes side by side: CPU, time to the
// first byte and memory. It takes minutes, and runs only when asked for:
//
//	go test ./cmd/ferngate -run InjectionCost -bench InjectionCost -v
func TestInjectionCost(t *testing.T) {
	if upstream := os.Getenv(bareProxyOf); upstream != "" {
		serveBareProxy(t, upstream)
	}
	if flag.Lookup("test.bench").Value.String() == "" {
		t.Skip("a benchmark: ask for it with -bench")
	}
	need(t, unless(nginxPath() != "", "nginx"))
	app := httptest.NewServer(http.HandlerFunc(servePage))
	t.Cleanup(app.Close)
	t.Run("CPU", func(t *testing.T) { measureCPU(t, app.URL) })
	t.Run("first byte", func(t *testing.T) { measureFirstByte(t, app.URL) })
	t.Run("memory", func(t *testing.T) { measureMemory(t, app.URL) })
}

// measureCPU prints the CPU time of each target for a page, as a multiple of
// that of ferngate without the widget.
func measureCPU(t *testing.T, app string) {
	targets := []*costTarget{
		startCostFerngate(t, app, false), startCostFerngate(t, app, true), startBareProxy(t, app),
		startCostNginx(t, app, "nginx", ""), startCostNginx(t, app, "nginx sub_filter", subFilter), startCostNginx(t, app, "nginx gunzip+sub_filter+gzip", regzip),
	}
	for _, kb := range []string{"8", "100"} {
		for _, form := range []string{"plain", "plain-chunked", "gzip", "gzip-chunked", "br", "br-chunked"} {
			t.Run(kb+" KB "+form, func(t *testing.T) {
				able := slices.DeleteFunc(slices.Clone(targets), func(c *costTarget) bool { return !c.takes(form) })
				measurePage(t, able, "/"+form+"/"+kb)
			})
		}
	}
}

// measurePage is measureCPU for one page; the first target is what the others
// are compared with.
func measurePage(t *testing.T, targets []*costTarget, path string) {
	used := make([][]time.Duration, len(targets))
	sent := make([]int64, len(targets))
	for round := range 1 + costRounds {
		for i, target := range targets {
			before := target.cpu(t)
			sent[i] = target.load(t, path)
			if round > 0 {
				used[i] = append(used[i], target.cpu(t)-before)
			}
		}
	}
	table := newTable("target", "µs of CPU", "as a multiple (range)", "bytes sent")
	for i, target := range targets {
		middle := slices.Sorted(slices.Values(used[i]))[costRounds/2]
		table.row(target.name, (middle / costRequests).Microseconds(), ratios(used[i], used[0]), sent[i]/costRequests)
	}
	table.log(t)
}

// measureFirstByte prints how long the first byte of an answer takes, one
// request at a time, as a multiple of a bare ReverseProxy's.
func measureFirstByte(t *testing.T, app string) {
	targets := []*costTarget{startBareProxy(t, app), startCostFerngate(t, app, false), startCostFerngate(t, app, true)}
	table := newTable("page", "target", "p50", "p90", "p99", "µs at p50")
	for _, path := range []string{"/plain/8", "/plain/100", "/plain-chunked/100", "/gzip/100", "/br/100"} {
		waits := make([][]time.Duration, len(targets))
		clients := make([]*costClient, len(targets))
		for i, target := range targets {
			clients[i] = target.dial(t)
			defer clients[i].Close()
		}
		for n := range 3000 { // one each in turn
			for i, c := range clients {
				start := time.Now()
				wait, err := c.get(path, start, 0)
				if err != nil {
					t.Fatalf("%s: %v", targets[i].name, err)
				}
				if n >= 200 {
					waits[i] = append(waits[i], wait)
				}
			}
		}
		for _, w := range waits {
			slices.Sort(w)
		}
		for i, target := range targets {
			row := []any{strings.TrimPrefix(path, "/"), target.name}
			for _, q := range []int{50, 90, 99} {
				at := len(waits[i]) * q / 100
				row = append(row, fmt.Sprintf("%.2f", float64(waits[i][at])/float64(waits[0][at])))
			}
			table.row(append(row, waits[i][len(waits[i])/2].Microseconds())...)
		}
	}
	table.log(t)
}

// measureMemory prints the most memory that a new process ever had while 50
// clients read long pages slowly, beside what it has with pages a tenth as long.
func measureMemory(t *testing.T, app string) {
	table := newTable("page", "target", "1 MB", "10 MB (MiB at most)")
	for _, form := range []string{"plain", "plain-chunked", "gzip", "br"} {
		for _, widget := range []bool{false, true} {
			row := []any{form, ""}
			for _, size := range []string{"1000", "10000"} {
				target := startCostFerngate(t, app, widget)
				var group sync.WaitGroup
				for range 50 {
					c := target.dial(t)
					group.Go(func() {
						defer c.Close()
						if _, err := c.get("/"+form+"/"+size, time.Now(), 5*time.Millisecond); err != nil {
							t.Error(err)
						}
					})
				}
				group.Wait()
				row[1] = target.name
				row = append(row, target.peak(t)>>10)
				_ = target.terminate(t)
			}
			table.row(row...)
		}
	}
	table.log(t)
}

// ratios is the median of what a target used over what another did in the same
// round, and the least and the most.
func ratios(used, base []time.Duration) string {
	var all []float64
	for i := range used {
		all = append(all, float64(used[i])/float64(base[i]))
	}
	slices.Sort(all)
	return fmt.Sprintf("%.2f (%.2f–%.2f)", all[len(all)/2], all[0], all[len(all)-1])
}

// table is what a measurement prints.
type table struct {
	text strings.Builder
	w    *tabwriter.Writer
}

func newTable(heads ...any) *table {
	t := &table{}
	t.w = tabwriter.NewWriter(&t.text, 0, 0, 2, ' ', 0)
	t.row(heads...)
	return t
}

func (t *table) row(cells ...any) {
	for _, c := range cells {
		fmt.Fprint(t.w, c, "\t")
	}
	fmt.Fprintln(t.w)
}

func (t *table) log(tb testing.TB) {
	_ = t.w.Flush()
	tb.Log("\n" + t.text.String())
}
