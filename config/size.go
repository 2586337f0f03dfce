package config

import (
	"regexp"
	"strconv"
)

// Size is a number of bytes, written as 64KiB, 1MiB, 1GiB or a plain number.
type Size int64

// maxSize bounds a size, so that sums of a few cannot overflow.
const maxSize = 1 << 60

// sizeForm is a size as it is written.
var sizeForm = regexp.MustCompile(`^([0-9]+)(KiB|MiB|GiB)?$`)

// parseSize reads a size. The two texts are what is wrong and what to write
// instead; the first is empty when nothing is.
func parseSize(s string) (size Size, problem, mend string) {
	parts := sizeForm.FindStringSubmatch(s)
	if parts == nil {
		return 0, quoted(s) + " is not a size", "write a whole number with KiB, MiB or GiB, such as 64KiB, or a plain number of bytes"
	}
	unit := map[string]int64{"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}[parts[2]]
	n, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || n > maxSize/unit {
		return 0, quoted(s) + " is too large", "write a smaller size, such as 64MiB"
	}
	return Size(n * unit), "", ""
}
