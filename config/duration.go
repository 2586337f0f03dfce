package config

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxDuration bounds a duration, so that sums of a few cannot overflow.
const maxDuration = 100 * 365 * 24 * time.Hour

// durationForm is a duration as it is written: days, hours, minutes and seconds, in this order.
var durationForm = regexp.MustCompile(`^(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?$`)

// ParseDuration reads a duration as the config has it: 90s, 1h30m or 7d, a day
// being 24 hours. The error says how to write one.
func ParseDuration(s string) (time.Duration, error) {
	d, problem, mend := parseDuration(s)
	if problem != "" {
		return 0, errors.New(problem + ": " + mend)
	}
	return d, nil
}

// parseDuration reads 90s, 1h30m or 7d; a day is 24 hours. The two texts are
// what is wrong and what to write instead; the first is empty when nothing is.
func parseDuration(s string) (d time.Duration, problem, mend string) {
	const units = "write whole numbers with units (d, h, m, s), such as 90s, 1h30m or 7d"
	parts := durationForm.FindStringSubmatch(s)
	switch {
	case strings.HasPrefix(s, "-"):
		return 0, quoted(s) + " is negative", units
	case s != "" && strings.Trim(s, "0123456789") == "":
		return 0, quoted(s) + " has no unit", "write " + shorten(s) + "s if seconds are meant; the units are d, h, m and s"
	case s == "" || parts == nil:
		return 0, quoted(s) + " is not a duration", units
	}
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if parts[i+1] == "" {
			continue
		}
		n, err := strconv.ParseInt(parts[i+1], 10, 64)
		if err != nil || n > int64((maxDuration-d)/unit) {
			return 0, quoted(s) + " is longer than a hundred years", "write a shorter duration"
		}
		d += time.Duration(n) * unit
	}
	return d, "", ""
}
