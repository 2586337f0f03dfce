package jwks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/zap"
)

// longLived is a token of a key that outlives every test.
func longLived(t *testing.T, signer any, kid any) string {
	t.Helper()
	return sign(t, "RS256", signer, claimsWith(jwt.MapClaims{"exp": time.Now().Add(365 * 24 * time.Hour).Unix()}), map[string]any{"kid": kid})
}

func TestPublished_FetchedWhenNeededAndAgainAfterAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{body: setOf(jwk("one", "RS256", rsaOne())), takes: time.Second}
		v, _ := following(t, i)
		i.wantFetches(t, 0, "before the first token")
		token := longLived(t, rsaOne(), "one")
		for range 3 {
			wantValid(t, v, token, "at first")
		}
		time.Sleep(time.Hour - time.Second)
		wantValid(t, v, token, "within the hour")
		i.wantFetches(t, 1, "within the hour")

		time.Sleep(time.Second)
		began := time.Now()
		for range 3 {
			wantValid(t, v, token, "after the hour")
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("waited %v for keys that there are", waited)
		}
		time.Sleep(time.Minute)
		i.wantFetches(t, 2, "after the hour")
	})
}

func TestPublished_CacheControlWithinReason(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"":                                 time.Hour,
		"public":                           time.Hour,
		"public, max-age=7200":             2 * time.Hour,
		"MAX-AGE=7200, must-revalidate":    2 * time.Hour,
		`max-age="7200"`:                   2 * time.Hour,
		"max-age=0":                        5 * time.Minute,
		"max-age=60":                       5 * time.Minute,
		"max-age=31536000":                 24 * time.Hour,
		"max-age=99999999999999999999":     5 * time.Minute,
		"max-age=-1":                       5 * time.Minute,
		"max-age=soon":                     5 * time.Minute,
		"no-store, max-age=7200":           5 * time.Minute,
		"no-cache":                         5 * time.Minute,
		"s-maxage=60, stale-if-error=3600": time.Hour,
	} {
		if got := life(http.Header{"Cache-Control": {header}}); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{body: setOf(jwk("one", "RS256", rsaOne())), cacheControl: "max-age=600"}
		v, _ := following(t, i)
		token := longLived(t, rsaOne(), "one")
		for range 60 {
			wantValid(t, v, token, "any time")
			synctest.Wait()
			time.Sleep(time.Minute)
		}
		i.wantFetches(t, 6, "in an hour of ten minutes each")
	})
}

func TestPublished_NewKeyIsFetchedAtOnceButOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{body: setOf(jwk("one", "RS256", rsaOne()))}
		v, _ := following(t, i)
		wantValid(t, v, longLived(t, rsaOne(), "one"), "the old key")
		i.body = setOf(jwk("one", "RS256", rsaOne()), jwk("two", "RS256", rsaTwo()))
		rotated := longLived(t, rsaTwo(), "two")
		wantRefused(t, v, rotated, ErrInvalid, "a key of less than a minute")
		time.Sleep(time.Minute)
		wantValid(t, v, rotated, "the new key")
		i.wantFetches(t, 2, "for the new key")

		for n := range 1000 { // ten a second
			wantRefused(t, v, longLived(t, rsaTwo(), fmt.Sprint(n)), ErrInvalid, "unknown")
			time.Sleep(100 * time.Millisecond)
		}
		i.wantFetches(t, 3, "after 1,000 unknown ones in 100 s")
	})
}

// Never 6: a token does not outlive the key that it was signed with.
func TestPublished_RemovedKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{body: setOf(jwk("one", "RS256", rsaOne()))}
		v, _ := following(t, i)
		token := longLived(t, rsaOne(), "one")
		wantValid(t, v, token, "at first")

		i.body = setOf(jwk("one", "RS256", rsaTwo()))
		time.Sleep(time.Hour)
		wantValid(t, v, token, "before the keys are there")
		synctest.Wait()
		wantRefused(t, v, token, ErrInvalid, "with another key of the same kid")

		i.body = setOf(jwk("two", "RS256", rsaTwo()))
		time.Sleep(time.Hour)
		synctest.Wait()
		wantRefused(t, v, token, ErrInvalid, "without its key")
	})
}

func TestPublished_IssuerDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{body: setOf(jwk("one", "RS256", rsaOne())), down: true}
		v, logs := following(t, i)
		token := longLived(t, rsaOne(), "one")
		for range 10 {
			wantRefused(t, v, token, ErrUndecided, "without any keys")
		}
		i.wantFetches(t, 1, "at once")
		i.down = false
		time.Sleep(5 * time.Second)
		wantValid(t, v, token, "once it is up")
		wantRefused(t, v, longLived(t, rsaTwo(), "two"), ErrInvalid, "unknown while it is up")

		i.down = true
		for range 25*60 - 1 { // an hour fresh, a day kept
			time.Sleep(time.Minute)
			wantValid(t, v, token, "while it is down")
			synctest.Wait()
		}
		wantRefused(t, v, longLived(t, rsaTwo(), "two"), ErrUndecided, "unknown while it is down")
		time.Sleep(time.Minute)
		wantRefused(t, v, token, ErrUndecided, "after a day")

		i.down = false
		time.Sleep(time.Minute)
		wantValid(t, v, token, "when it is back")
		var said []string
		for _, e := range logs.All() {
			said = append(said, e.Message)
		}
		const lost, back = "cannot fetch an issuer's keys, those from before go on for a day", "an issuer's keys can be fetched again"
		if got := strings.Join(said, "\n"); got != strings.Join([]string{lost, back, lost, back}, "\n") {
			t.Errorf("logged:\n%s", got)
		}
	})
}

// What is no key set does not take the place of one.
func TestPublished_BadAnswersKeepTheKeys(t *testing.T) {
	good := setOf(jwk("one", "RS256", rsaOne()))
	for name, bad := range map[string]*issuer{
		"a redirect":   {status: http.StatusFound, body: good},
		"not found":    {status: http.StatusNotFound, body: good},
		"an error":     {status: http.StatusBadGateway, body: good},
		"no content":   {status: http.StatusNoContent},
		"empty":        {},
		"a page":       {body: []byte("<html>maintenance")},
		"no set":       {body: []byte(`{"error":"maintenance"}`)},
		"an empty set": {body: []byte(`{"keys":[]}`)},
		"none for us":  {body: setOf(jwk("one", "PS256", rsaOne()))},
		"too long":     {body: append(good, strings.Repeat(" ", 512<<10)...)},
		"too slow":     {body: good, takes: 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				token := longLived(t, rsaOne(), "one")
				v, _ := following(t, bad)
				began := time.Now()
				wantRefused(t, v, token, ErrUndecided, "without any keys")
				if waited := time.Since(began); waited > 5*time.Second {
					t.Errorf("waited %v", waited)
				}
				bad.wantFetches(t, 1, "and none elsewhere")

				i := &issuer{body: good}
				v, _ = following(t, i)
				wantValid(t, v, token, "at first")
				i.body, i.status, i.takes = bad.body, bad.status, bad.takes
				for range 3 {
					time.Sleep(time.Hour)
					wantValid(t, v, token, "later")
				}
				time.Sleep(time.Minute)
				i.wantFetches(t, 4, "one an hour")
			})
		})
	}
}

func TestPublished_OneFetchForAllWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{body: setOf(jwk("one", "RS256", rsaOne())), takes: time.Second}
		v, _ := following(t, i)
		token := longLived(t, rsaOne(), "one")
		ctx, leave := within(t)
		var all sync.WaitGroup
		all.Go(func() { // the first one, which the fetch was begun for
			if _, _, err := v.Verify(ctx, token); !errors.Is(err, ErrUndecided) || !errors.Is(err, context.Canceled) {
				t.Errorf("whoever left: %v", err)
			}
		})
		synctest.Wait()
		for range 100 {
			all.Go(func() { wantValid(t, v, token, "in parallel") })
		}
		synctest.Wait()
		leave()
		all.Wait()
		i.wantFetches(t, 1, "for all")
	})
}

func TestPublished_TokenWithoutKid(t *testing.T) {
	v, _ := following(t, &issuer{body: setOf(jwk("one", "RS256", rsaOne()))})
	wantValid(t, v, longLived(t, rsaOne(), nil), "of the only key")
	wantRefused(t, v, longLived(t, rsaTwo(), nil), ErrInvalid, "of another key")
	v, _ = following(t, &issuer{body: setOf(jwk("one", "RS256", rsaOne()), jwk("two", "RS256", rsaTwo()))})
	wantRefused(t, v, longLived(t, rsaOne(), nil), ErrInvalid, "of one of two keys")
	v, _ = following(t, &issuer{body: setOf(jwk("", "RS256", rsaOne()))})
	wantValid(t, v, longLived(t, rsaOne(), nil), "of the only key, which has none either")
	wantRefused(t, v, longLived(t, rsaOne(), "one"), ErrInvalid, "of a kid that the only key has not")
}

// Keys that are not for us do not count, and spoil nothing.
func TestPublished_KeysLeftOut(t *testing.T) {
	encryption, other := jwk("one", "", rsaOne()), jwk("one", "RS512", rsaOne())
	encryption.Use = "enc"
	weak := jose.JSONWebKey{Key: weakRSA, KeyID: "one"}
	private := jose.JSONWebKey{Key: rsaOne(), KeyID: "one"}
	for name, key := range map[string]any{
		"for encryption":    encryption,
		"another algorithm": other,
		"weak":              weak,
		"private":           private,
		"another type":      jwk("one", "", signerFor("ES256")),
		"a secret":          map[string]string{"kty": "oct", "kid": "one", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"},
		"an unknown type":   map[string]string{"kty": "QNT", "kid": "one"},
		"an unknown curve":  map[string]string{"kty": "OKP", "crv": "X25519", "kid": "one", "x": "AAAA"},
		"malformed":         map[string]string{"kty": "RSA", "kid": "one", "n": "!", "e": "AQAB"},
		"no key":            7,
	} {
		body := must(json.Marshal(map[string]any{"keys": []any{key, jwk("two", "", rsaTwo())}}))
		v, _ := following(t, &issuer{body: body})
		wantRefused(t, v, longLived(t, rsaOne(), "one"), ErrInvalid, name)
		wantValid(t, v, longLived(t, rsaTwo(), "two"), name+": the other key")
		secret := []byte("secretsecretsecretsecretsecret")
		wantRefused(t, v, sign(t, "HS256", secret, claimsWith(nil), nil), ErrInvalid, name+": HS256")
	}
}

// The log names the issuer, and nothing that a stranger sent.
func TestPublished_LogOfAnOutage(t *testing.T) {
	v, logs := following(t, &issuer{down: true})
	wantRefused(t, v, longLived(t, rsaOne(), "canary"), ErrUndecided, "down")
	e := logs.TakeAll()
	if len(e) != 1 || e[0].Level != zap.WarnLevel || !strings.Contains(fmt.Sprint(e[0].ContextMap()), testURL) || strings.Contains(fmt.Sprint(e[0].ContextMap()), "canary") {
		t.Errorf("logged %v", e)
	}
}
