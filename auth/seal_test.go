package auth

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/securecookie"

	"github.com/ferngate/ferngate/config"
)

// testKey is a session key of 64 bytes of one letter.
func testKey(letter string) config.Secret {
	return config.NewSecret([]byte(base64.StdEncoding.EncodeToString([]byte(strings.Repeat(letter, 64)))))
}

func testSealer(t testing.TB, cookie, scheme, site string, keys ...string) sealer {
	t.Helper()
	var secrets []config.Secret
	for _, k := range keys {
		secrets = append(secrets, testKey(k))
	}
	s, err := newSealer(secrets, cookie, scheme, site)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var someSession = Session{
	ID: "id", Method: "password", Login: "alice", Fingerprint: "print",
	SignedIn: time.Unix(1_800_000_000, 0), LastUsed: time.Unix(1_800_000_100, 0),
}

func mustSeal(t testing.TB, s sealer) string {
	t.Helper()
	value, err := s.seal(someSession)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestSeal_OpensWhatItSealed(t *testing.T) {
	s := testSealer(t, plainCookie, "http", "app.test", "a")
	value := mustSeal(t, s)
	got, by, err := s.open(value)
	if err != nil || got != someSession || by != s.first() {
		t.Errorf("%+v %v %v", got, by, err)
	}
	if again := mustSeal(t, s); again == value {
		t.Error("the same session sealed twice is the same cookie")
	}
	for _, word := range []string{"alice", "print", "password"} {
		raw, _ := base64.URLEncoding.DecodeString(value)
		if strings.Contains(value, word) || strings.Contains(string(raw), word) {
			t.Errorf("the cookie shows %s", word)
		}
	}
}

// A cookie opens at its own site, scheme and name, and nowhere else (LESSONS S14).
func TestSeal_OnlyItsOwn(t *testing.T) {
	value := mustSeal(t, testSealer(t, plainCookie, "http", "app.test", "a"))
	for name, other := range map[string]sealer{
		"site":                          testSealer(t, plainCookie, "http", "b.test", "a"),
		"the site that answers for any": testSealer(t, plainCookie, "http", "", "a"),
		"scheme":                        testSealer(t, plainCookie, "https", "app.test", "a"),
		"name":                          testSealer(t, secureCookie, "http", "app.test", "a"),
		"key":                           testSealer(t, plainCookie, "http", "app.test", "b"),
		"no key":                        testSealer(t, plainCookie, "http", "app.test"),
	} {
		if got, _, err := other.open(value); !errors.Is(err, errSeal) || got != (Session{}) {
			t.Errorf("another %s: %+v %v", name, got, err)
		}
	}
}

// Rotation: the new key comes last, then moves first, then the old one goes.
func TestSeal_Rotation(t *testing.T) {
	sealers := map[string]sealer{}
	for _, keys := range []string{"a", "ab", "ba", "b"} {
		sealers[keys] = testSealer(t, plainCookie, "http", "app.test", strings.Split(keys, "")...)
	}
	for _, c := range []struct {
		sealed, opened string
		opens, oldKey  bool
	}{
		{"a", "a", true, false}, {"a", "ab", true, false}, {"ab", "a", true, false}, // a replica that has not got the new key yet
		{"ab", "ba", true, true}, {"ba", "ab", true, true}, {"ba", "ba", true, false},
		{"ba", "b", true, false}, {"a", "b", false, false}, {"ab", "b", false, false},
	} {
		s := sealers[c.opened]
		_, by, err := s.open(mustSeal(t, sealers[c.sealed]))
		if (err == nil) != c.opens || c.opens && (by != s.first()) != c.oldKey {
			t.Errorf("sealed under %s, opened under %s: %v %v", c.sealed, c.opened, by, err)
		}
	}
}

// A valid MAC is not enough: the block key must be the site's too.
func TestSeal_WrongBlockKey(t *testing.T) {
	s := testSealer(t, plainCookie, "http", "app.test", "a")
	forged := securecookie.New([]byte(strings.Repeat("a", 64)), []byte(strings.Repeat("a", 32))).SetSerializer(securecookie.JSONEncoder{})
	value, err := forged.Encode(plainCookie, sealed{ID: "id", Method: "password", Login: "alice"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.open(value); !errors.Is(err, errSeal) {
		t.Errorf("the configured key itself opens: %v", err)
	}
}

func TestSeal_TooLarge(t *testing.T) {
	s := testSealer(t, plainCookie, "http", "app.test", "a")
	large := someSession
	for n := 1000; ; n++ {
		large.Login = strings.Repeat("x", n)
		value, err := s.seal(large)
		if err != nil {
			if !errors.Is(err, ErrTooLarge) || n < 1500 {
				t.Errorf("%d bytes: %v", n, err)
			}
			return
		}
		if got, _, err := s.open(value); err != nil || got != large || len(value) > maxSealed {
			t.Fatalf("%d bytes sealed in %d do not open: %v", n, len(value), err)
		}
	}
}

// FuzzOpenCookie: what opens is a session that was sealed here, and nothing
// else does. Not garbage, nor another site's, nor a piece of a cookie, nor a long one.
func FuzzOpenCookie(f *testing.F) {
	s := testSealer(f, plainCookie, "http", "app.test", "a", "b")
	value := mustSeal(f, s)
	mallory := someSession
	mallory.Login = "mallory"
	foreign, err := testSealer(f, plainCookie, "http", "b.test", "a", "b").seal(mallory)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"", "=", ".", "garbage", value, foreign, value[:len(value)-1], value[1:], value + "=", value + value, strings.Repeat(value, 20), " " + value,
		strings.ToUpper(value), strings.Repeat("A", maxSealed), strings.Repeat("A", maxSealed+1), "MTgwMDAwMDAwMHxhfGI=", base64.URLEncoding.EncodeToString([]byte("1|2|3")),
		"\x00\xff", strings.Repeat("|", 100), value[:len(value)/2] + foreign[len(foreign)/2:], value + "\n", strings.Repeat("\n", maxSealed) + value,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, _, err := s.open(raw)
		switch {
		case err == nil:
			if got != someSession || len(raw) > maxSealed {
				t.Errorf("%q opens as %+v", raw, got)
			}
		case raw == value:
			t.Errorf("our own cookie does not open: %v", err)
		case !errors.Is(err, errSeal) || got != (Session{}):
			t.Errorf("%q: %+v %v", raw, got, err)
		case len(raw) > 8 && strings.Contains(err.Error(), raw):
			t.Errorf("the error repeats %q", raw)
		}
	})
}
