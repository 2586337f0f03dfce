package password

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// mustTake takes an attempt that must not be limited.
func mustTake(t *testing.T, a *attempts, client netip.Addr, login string) attempt {
	t.Helper()
	at, err := a.take(client, login)
	if err != nil {
		t.Fatalf("%s as %s: %v", client, login, err)
	}
	return at
}

// wantLimited takes an attempt that must be limited, with this wait.
func wantLimited(t *testing.T, a *attempts, client netip.Addr, login string, wait time.Duration) {
	t.Helper()
	_, err := a.take(client, login)
	if limited, ok := errors.AsType[*LimitedError](err); !ok || limited.RetryAfter != wait {
		t.Fatalf("%s as %s: got %v, want to wait %v", client, login, err, wait)
	}
}

func TestGuessesAtOneLoginFromOneAddressAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAttempts()
		for range pairBurst {
			mustTake(t, a, office, "alice")
		}
		wantLimited(t, a, office, "alice", pairEvery)
		time.Sleep(pairEvery - time.Second)
		wantLimited(t, a, office, "alice", time.Second) // asking meanwhile costs nothing
		time.Sleep(time.Second)
		mustTake(t, a, office, "alice")
		wantLimited(t, a, office, "alice", pairEvery)

		mustTake(t, a, café, "alice")
		mustTake(t, a, office, "bob")

		time.Sleep(time.Hour) // a bucket holds no more than its burst
		for range pairBurst {
			mustTake(t, a, office, "alice")
		}
		wantLimited(t, a, office, "alice", pairEvery)
	})
}

func TestGuessesFromOneAddressAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAttempts()
		for i := range addressBurst {
			mustTake(t, a, office, fmt.Sprint("user", i))
		}
		wantLimited(t, a, office, "alice", addressEvery)
		mustTake(t, a, café, "alice")
		time.Sleep(addressEvery)
		mustTake(t, a, office, "alice")
	})
}

func TestSignInsThatSucceedCostNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAttempts()
		for range 10 * addressBurst {
			a.giveBack(mustTake(t, a, office, "alice"))
		}
		if n := len(a.pairs.byKey) + len(a.addresses.byKey); n != 0 {
			t.Errorf("%d buckets are kept for nothing", n)
		}
		for range pairBurst - 1 {
			mustTake(t, a, office, "alice")
		}
		a.giveBack(mustTake(t, a, office, "alice")) // gives its own back, not the failed ones
		mustTake(t, a, office, "alice")
		wantLimited(t, a, office, "alice", pairEvery)
	})
}

func TestOneClientIsOneAddress(t *testing.T) {
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"2001:db8::1", "2001:db8::ffff:2:3:4", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1%eth0", "fe80::1%eth1", true},
	} {
		if same := subscriber(netip.MustParseAddr(c.one)) == subscriber(netip.MustParseAddr(c.other)); same != c.same {
			t.Errorf("%s and %s: same %v, want %v", c.one, c.other, same, c.same)
		}
	}
	if subscriber(netip.Addr{}).IsValid() {
		t.Error("no address became one")
	}
}

func TestLimitedErrorNeverSaysNow(t *testing.T) {
	for wait, want := range map[time.Duration]string{time.Millisecond: "in 1s", time.Second: "in 1s", 61 * time.Second: "in 1m1s"} {
		if got := (&LimitedError{RetryAfter: wait}).Error(); !strings.HasSuffix(got, want) {
			t.Errorf("%v: %s", wait, got)
		}
	}
}
