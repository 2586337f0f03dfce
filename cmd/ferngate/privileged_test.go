package main

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ferngate/ferngate/config"
)

// TestFaultsOfPorts compares what check warns of where it may not listen at low
// ports with testdata/faults/privileged.want.
func TestFaultsOfPorts(t *testing.T) {
	const golden = "testdata/faults/privileged.want"
	src := "listen: :443\nadmin: { listen: 127.0.0.1:1023 }\ntrusted_proxies: [192.0.2.1]\nsites: [{ host: a.example.com, upstream: http://127.0.0.1:3000 }]\n"
	_, warnings, err := config.Parse("ferngate.yaml", []byte(src), privileges{first: 1024}.check)
	if err != nil {
		t.Fatal(err)
	}
	got := config.Faults(warnings).Error() + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
	for name, p := range map[string]privileges{"with the capability": {1024, true}, "where everybody may": {443, false}, "where it is not told": {}} {
		if _, warnings, err := config.Parse("ferngate.yaml", []byte(src), p.check); err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v", name, err, warnings)
		}
	}
}

// TestPrivileges_AsTheSystemHasIt listens at a low port: it may or may not be
// allowed, and be taken; what was read of the process says whether it is allowed.
func TestPrivileges_AsTheSystemHasIt(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:1")
	if err == nil {
		l.Close()
	}
	p := ownPrivileges()
	if said := p.bindTo || p.first <= 1; said == errors.Is(err, syscall.EACCES) {
		t.Errorf("read %+v, but listening at port 1: %v", p, err)
	}
}

func TestReadPrivileges(t *testing.T) {
	const none, bind, all = "Name:\tferngate\nCapPrm:\t0000000000000400\nCapEff:\t0000000000000000\n", "CapEff:\t0000000000000400\n", "CapEff:\t000001ffffffffff\n"
	for _, c := range []struct {
		status, first string
		want          privileges
	}{
		{none, "1024\n", privileges{1024, false}},
		{bind, "1024\n", privileges{1024, true}},
		{all, "80\n", privileges{80, true}},
		{none, "0\n", privileges{0, false}},
		{"", "1024\n", privileges{}},
		{none, "", privileges{}},
	} {
		if got := readPrivileges(c.status, c.first); got != c.want {
			t.Errorf("%q, %q: got %+v, want %+v", c.status, c.first, got, c.want)
		}
	}
}
