package password

import (
	"fmt"
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

const (
	// pairBurst and pairEvery limit guesses at one login from one address:
	// five mistakes in a row happen to people; two guesses a minute lead nowhere.
	pairBurst = 5
	pairEvery = 30 * time.Second

	// addressBurst and addressEvery limit one address over all logins. An
	// office behind one address shares them, but a sign-in that succeeds
	// costs nothing: on a Monday morning fifty of its people may be signing in
	// in the same second, and twenty more a minute may mistype.
	addressBurst = 50
	addressEvery = 3 * time.Second

	// maxBuckets bounds the memory of each of the two limits: about 2 MB full.
	maxBuckets = 16_384

	// ipv6Bits is the part of an IPv6 address that counts: a /64 is the least
	// that one subscriber has, and holds more addresses than can be told apart.
	ipv6Bits = 64
)

// LimitedError is returned when too many attempts failed for one login from
// one client address, or from one client address altogether.
type LimitedError struct {
	// RetryAfter is how long until the next attempt is taken; more than 0.
	RetryAfter time.Duration
}

// Error says how long to wait, rounded up to a second.
func (e *LimitedError) Error() string {
	whole := (e.RetryAfter + time.Second - 1).Truncate(time.Second)
	return fmt.Sprintf("too many failed attempts to sign in, next one in %v", whole)
}

// attempts limits failed sign-ins. Every key holds the client's address: a
// limit of a login alone would let anybody lock that person out, and one for
// all together would let anybody lock out everybody (TestNobodyLocksOthersOut).
type attempts struct {
	seed maphash.Seed

	mu        sync.Mutex
	pairs     *buckets // by client and login
	addresses *buckets // by client
}

// attempt is one token each of a pair and of an address. The keys are hashes,
// so that what strangers send takes no memory; the seed is random, so that
// they cannot make two of them meet.
type attempt struct{ pair, address uint64 }

func newAttempts() *attempts {
	return &attempts{
		seed:      maphash.MakeSeed(),
		pairs:     newBuckets(pairBurst, pairEvery, maxBuckets),
		addresses: newBuckets(addressBurst, addressEvery, maxBuckets),
	}
}

// take counts an attempt to sign in, before its password is looked at:
// parallel guesses must not slip past while the first one hashes. It returns
// a *LimitedError, and counts nothing, if either limit is reached.
func (a *attempts) take(client netip.Addr, login string) (attempt, error) {
	who := subscriber(client)
	at := attempt{
		pair: maphash.Comparable(a.seed, struct {
			who   netip.Addr
			login string
		}{who, login}),
		address: maphash.Comparable(a.seed, who),
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if wait := max(a.pairs.wait(at.pair, now), a.addresses.wait(at.address, now)); wait > 0 {
		return attempt{}, &LimitedError{RetryAfter: wait}
	}
	a.pairs.take(at.pair, now)
	a.addresses.take(at.address, now)
	return at, nil
}

// giveBack uncounts an attempt that succeeded, or whose password was never looked at.
func (a *attempts) giveBack(at attempt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	a.pairs.giveBack(at.pair, now)
	a.addresses.giveBack(at.address, now)
}

// subscriber returns the part of an address that stands for one client: IPv4
// whole, also when mapped into IPv6, and the /64 of IPv6.
func subscriber(client netip.Addr) netip.Addr {
	client = client.Unmap()
	if !client.Is6() {
		return client
	}
	network, err := client.WithZone("").Prefix(ipv6Bits)
	if err != nil { // cannot be: 64 bits are in range
		return client
	}
	return network.Addr()
}
