package main

import (
	"bufio"
	"os"
	"path"
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

// availableMemory is the least that the process's control groups allow, else
// what the machine has; 0 where neither can be told.
func availableMemory() int64 {
	available := machineMemory()
	for _, file := range memoryLimitFiles() {
		content, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		limit, err := strconv.ParseInt(strings.TrimSpace(string(content)), 10, 64) // or "max"
		if err == nil && (available == 0 || limit < available) {
			available = limit
		}
	}
	return available
}

// memoryLimitFiles names the limits of the process's control group and of all
// above it (cgroup v2), as systemd's MemoryMax= and containers set them.
func memoryLimitFiles() []string {
	const root = "/sys/fs/cgroup"
	content, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil
	}
	var files []string
	for line := range strings.Lines(string(content)) {
		group, ok := strings.CutPrefix(strings.TrimSpace(line), "0::")
		if !ok {
			continue
		}
		for dir := path.Clean("/" + group); ; dir = path.Dir(dir) {
			files = append(files, path.Join(root, dir, "memory.max"))
			if dir == "/" {
				break
			}
		}
	}
	return files
}

// machineMemory is all of the machine's, 0 if it cannot be told.
func machineMemory() int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) == 3 && fields[0] == "MemTotal:" {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0
			}
			return kib << 10
		}
	}
	return 0
}
