package assertion

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// remoteUser is the config of plain headers.
func remoteUser() config.Assertion {
	return config.Assertion{
		TrustedHeader: map[string]string{"login": "x-remote-user", "mail": "X-Remote-Email", "roles": "X-Remote-Groups"},
		Identity: &config.IdentityMapping{
			UserID: template("{login}"), Email: template("{mail}"), Groups: template("{roles}"),
		},
	}
}

// sent are headers of one line each.
func sent(pairs ...string) http.Header {
	h := http.Header{}
	for pair := range slices.Chunk(pairs, 2) {
		h.Add(pair[0], pair[1])
	}
	return h
}

func TestS18_HeadersOfATrustedPeerOnly(t *testing.T) {
	m, logs := open(t, remoteUser(), nil)
	h := sent("X-Remote-User", "alice", "X-Remote-Email", "alice@corp.test", "X-Remote-Groups", "staff, ops")
	want := &auth.Identity{UserID: "alice", Email: "alice@corp.test", Groups: []string{"staff", "ops"}}
	if got := identify(t, m, h, true); !cmp.Equal(got, want) {
		t.Errorf("a trusted peer: %v, want %v", got, want)
	}
	// No oracle: for a stranger nothing differs from a request without them, whatever they hold.
	for _, h := range []http.Header{h, {}, sent("X-Remote-User", "a\x00b"), sent("X-Remote-User", "a", "X-Remote-User", "b")} {
		if got := identify(t, m, h, false); got != nil {
			t.Errorf("%v of a stranger: %v", h, got)
		}
	}
	if logs.Len() != 0 {
		t.Errorf("logged %v", logs.All())
	}
	if names := m.ClientHeaders(); !slices.Equal(names, []string{"X-Remote-Email", "X-Remote-Groups", "X-Remote-User"}) {
		t.Errorf("%q would be removed from strangers' requests", names)
	}
}

func TestTrustedHeader_WhoIsNobody(t *testing.T) {
	m, logs := open(t, remoteUser(), nil)
	for _, row := range []struct {
		h      http.Header
		reason string // "": nobody has signed in, which is no fault
	}{
		{http.Header{}, ""},
		{sent("X-Remote-User", ""), ""},
		{sent("X-Remote-User", " ", "X-Remote-Email", "(null)", "X-Remote-Groups", "(null)"), ""},
		{sent("X-Remote-User", "alice", "X-Remote-User", "bob"), "X-Remote-User is there more than once"},
		{sent("X-Remote-User", "alice", "X-Remote-User", "alice"), "X-Remote-User is there more than once"},
		{sent("X-Remote-User", "alice", "X-Remote-Groups", "a", "X-Remote-Groups", "b"), "X-Remote-Groups is there more than once"},
		{sent("X-Remote-Email", "alice@corp.test"), "user_id: "},
		{sent("X-Remote-User", "ali\x07ce"), "user_id: "},
		{sent("X-Remote-User", strings.Repeat("a", 300)), "user_id: "},
		{sent("X-Remote-User", "\xff"), "user_id: "},
		{sent("X-Remote-User", "alice", "X-Remote-Email", "alice@a@b"), "email: "},
	} {
		m.reasons.said = nil
		if got := identify(t, m, row.h, true); got != nil {
			t.Errorf("%q: %v", row.h, got)
		}
		all := logs.TakeAll()
		if (len(all) == 1) != (row.reason != "") || len(all) > 1 {
			t.Errorf("%q: logged %v", row.h, all)
		}
		for _, e := range all {
			if reason := fmt.Sprint(e.ContextMap()["reason"]); !strings.HasPrefix(reason, row.reason) || strings.Contains(reason, "alice@a") {
				t.Errorf("%q: logged %q, want %q", row.h, reason, row.reason)
			}
		}
	}
}

// Without an email there is a person, who gets no token.
func TestTrustedHeader_WhatMayBeMissing(t *testing.T) {
	m, _ := open(t, remoteUser(), nil)
	if got := identify(t, m, sent("X-Remote-User", "alice"), true); !cmp.Equal(got, &auth.Identity{UserID: "alice"}) {
		t.Errorf("%v", got)
	}
}
