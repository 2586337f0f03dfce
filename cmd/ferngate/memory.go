package main

import (
	"bufio"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// gcPercent lets the heap grow to five times what is live before it is swept.
// What is live of a proxy is small, what it throws away is much.
const gcPercent = 400

// limitMemory spends memory to save CPU, up to seven tenths of what there is;
// beyond it the collector works as hard as it must. GOGC and GOMEMLIMIT of the
// environment win.
func limitMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		if available := availableMemory(); available > 0 {
			debug.SetMemoryLimit(available / 10 * 7)
		}
	}
}

// availableMemory is what the control group allows, else what the machine has;
// 0 where neither can be told.
func availableMemory() int64 {
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		content, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		// "max" stands for no limit, and so does a number beyond any machine's memory.
		if n, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64); err == nil && n < 1<<50 {
			return n
		}
	}
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) == 3 && fields[0] == "MemTotal:" {
			kib, _ := strconv.ParseInt(fields[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}
