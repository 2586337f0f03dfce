package config

import (
	"testing"
	"time"
)

func TestDurations(t *testing.T) {
	for _, tt := range []struct {
		text string
		want time.Duration
		ok   bool
	}{
		{"90s", 90 * time.Second, true},
		{"0s", 0, true},
		{"1h30m", 90 * time.Minute, true},
		{"7d", 7 * 24 * time.Hour, true},
		{"1d2h3m4s", 26*time.Hour + 3*time.Minute + 4*time.Second, true},
		{"36500d", maxDuration, true},
		{"", 0, false},
		{"0", 0, false},
		{"90", 0, false},
		{"-5s", 0, false},
		{"+5s", 0, false},
		{"1.5h", 0, false},
		{"30m1h", 0, false},
		{"1h1h", 0, false},
		{"100ms", 0, false},
		{"1 h", 0, false},
		{"1H", 0, false},
		{"36501d", 0, false},
		{"36500d1s", 0, false},
		{"99999999999999999999s", 0, false},
	} {
		got, problem, _ := parseDuration(tt.text)
		if got != tt.want && tt.ok || (problem == "") != tt.ok {
			t.Errorf("%q is read as %v (%s)", tt.text, got, problem)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Size
		ok   bool
	}{
		{"0", 0, true},
		{"512", 512, true},
		{"64KiB", 64 << 10, true},
		{"1MiB", 1 << 20, true},
		{"1GiB", 1 << 30, true},
		{"", 0, false},
		{"KiB", 0, false},
		{"64kb", 0, false},
		{"64KB", 0, false},
		{"64 KiB", 0, false},
		{"-1", 0, false},
		{"+1", 0, false},
		{"1.5MiB", 0, false},
		{"0x10", 0, false},
		{"99999999999GiB", 0, false},
		{"99999999999999999999", 0, false},
	} {
		got, problem, _ := parseSize(tt.text)
		if got != tt.want && tt.ok || (problem == "") != tt.ok {
			t.Errorf("%q is read as %v (%s)", tt.text, got, problem)
		}
	}
}
