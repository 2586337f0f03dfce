package jwks

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/zap"
)

const (
	testARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/50dc6c495c0c9188"
	testKid = "307a30c3-8280-4ff5-a78d-6bc5263ffbe8"
)

// albToken makes a token as a load balancer does: its times and its issuer are
// in the header too, there is no aud, and the base64 is padded.
func albToken(t testing.TB, signer any, claims jwt.MapClaims, fields map[string]any) string {
	t.Helper()
	header := map[string]any{
		"typ": "JWT", "kid": testKid, "alg": "ES256", "iss": testIssuer, "client": "client-1",
		"signer": testARN, "exp": time.Now().Add(2 * time.Minute).Unix(),
	}
	for name, value := range fields {
		header[name] = value
		if value == nil {
			delete(header, name)
		}
	}
	payload := jwt.MapClaims{
		"sub": "1001", "email": "alice@corp.test", "iss": testIssuer, "exp": time.Now().Add(2 * time.Minute).Unix(),
	}
	for name, value := range claims {
		payload[name] = value
		if value == nil {
			delete(payload, name)
		}
	}
	encode := base64.URLEncoding.EncodeToString
	text := encode(must(json.Marshal(header))) + "." + encode(must(json.Marshal(payload)))
	return text + "." + encode(must(jwt.SigningMethodES256.Sign(text, signer)))
}

// balancing returns a verifier of a load balancer's tokens.
func balancing(t testing.TB, i *issuer, arns ...string) *Verifier {
	t.Helper()
	v, err := NewALB(nil, Claims{Issuer: testIssuer, Audience: arns}, &http.Client{Transport: i}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestALB_KeysAreOfTheSignersRegion(t *testing.T) {
	signer := signerFor("ES256")
	for arn, folder := range map[string]string{
		testARN: "https://public-keys.auth.elb.eu-west-1.amazonaws.com/",
		"arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:loadbalancer/app/a/1": "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1/",
		"arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:loadbalancer/app/a/1":       "https://public-keys.auth.elb.ap-southeast-2.amazonaws.com/",
	} {
		i := &issuer{body: pemOf(signer)}
		token := albToken(t, signer, nil, map[string]any{"signer": arn})
		if !strings.Contains(token, "=") {
			t.Error("the token has no padding")
		}
		wantValid(t, balancing(t, i, "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/b/2", arn), token, arn)
		if asked := i.asked.Load(); asked != folder+testKid {
			t.Errorf("asked for %v, want %s", asked, folder+testKid)
		}
	}
	i := &issuer{body: pemOf(signer)}
	v := must(NewALB(must(url.Parse("https://keys.test/folder")), Claims{Audience: []string{"any"}}, &http.Client{Transport: i}, zap.NewNop()))
	wantValid(t, v, albToken(t, signer, nil, map[string]any{"signer": "any"}), "at a configured URL")
	if asked := i.asked.Load(); asked != "https://keys.test/folder/"+testKid {
		t.Errorf("asked for %v", asked)
	}
}

func TestALB_NotALoadBalancersARN(t *testing.T) {
	for _, arns := range [][]string{
		nil, {""}, {"client-1"}, {testARN, "x"},
		{"arn:aws:s3:eu-west-1:123456789012:loadbalancer/app/a/1"},
		{"arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:loadbalancer/app/a/1"},
		{"arn:aws:elasticloadbalancing:evil.test/:123456789012:loadbalancer/app/a/1"},
	} {
		if v, err := NewALB(nil, Claims{Audience: arns}, nil, zap.NewNop()); v != nil || err == nil {
			t.Errorf("%q: taken", arns)
		}
	}
}

func TestS17_LoadBalancersForOthersAndForged(t *testing.T) {
	signer := signerFor("ES256")
	i := &issuer{body: pemOf(signer)}
	v := balancing(t, i, testARN)
	wantValid(t, v, albToken(t, signer, nil, nil), "the good one")
	past := time.Now().Add(-time.Second).Unix()
	for name, token := range map[string]string{
		"another signer":       albToken(t, signer, nil, map[string]any{"signer": testARN + "9"}),
		"no signer":            albToken(t, signer, nil, map[string]any{"signer": nil}),
		"signer of other type": albToken(t, signer, nil, map[string]any{"signer": []string{testARN}}),
		"no client":            albToken(t, signer, nil, map[string]any{"client": nil}),
		"another iss":          albToken(t, signer, jwt.MapClaims{"iss": "https://evil.test"}, nil),
		"another iss above":    albToken(t, signer, nil, map[string]any{"iss": "https://evil.test"}),
		"no iss":               albToken(t, signer, jwt.MapClaims{"iss": nil}, nil),
		"no iss above":         albToken(t, signer, nil, map[string]any{"iss": nil}),
		"no exp":               albToken(t, signer, jwt.MapClaims{"exp": nil}, nil),
		"no exp above":         albToken(t, signer, nil, map[string]any{"exp": nil}),
		"exp as text above":    albToken(t, signer, nil, map[string]any{"exp": "4102444800"}),
		"over":                 albToken(t, signer, jwt.MapClaims{"exp": past}, nil),
		"over above":           albToken(t, signer, nil, map[string]any{"exp": past}),
		"kid that is a path":   albToken(t, signer, nil, map[string]any{"kid": "../" + testKid}),
		"kid with a query":     albToken(t, signer, nil, map[string]any{"kid": testKid + "?x"}),
		"no kid":               albToken(t, signer, nil, map[string]any{"kid": nil}),
		"alg none":             albToken(t, signer, nil, map[string]any{"alg": "none"}),
		"alg HS256":            albToken(t, signer, nil, map[string]any{"alg": "HS256"}),
		"crit":                 albToken(t, signer, nil, map[string]any{"crit": []string{"signer"}}),
		"another's key":        albToken(t, signerFor("ES256"), nil, nil),
	} {
		wantRefused(t, v, token, ErrInvalid, name)
	}
	i.wantFetches(t, 1, "of the one key")
}

// The token is over when the first of its two times says.
func TestALB_EndsWithTheEarlierTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signer := signerFor("ES256")
		v := balancing(t, &issuer{body: pemOf(signer)}, testARN)
		soon, later := time.Now().Add(time.Minute), time.Now().Add(time.Hour)
		for _, token := range []string{
			albToken(t, signer, jwt.MapClaims{"exp": soon.Unix()}, map[string]any{"exp": later.Unix()}),
			albToken(t, signer, jwt.MapClaims{"exp": later.Unix()}, map[string]any{"exp": soon.Unix()}),
		} {
			if _, until, err := v.Verify(t.Context(), token); err != nil || !until.Equal(soon) {
				t.Errorf("until %v: %v", until, err)
			}
		}
	})
}

// Strangers who make up kids cause few fetches, and take nothing from those
// whose key is known.
func TestS17_UnknownKeysOfALoadBalancer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signer := signerFor("ES256")
		i := &issuer{body: pemOf(signer)}
		v := balancing(t, i, testARN)
		good := albToken(t, signer, jwt.MapClaims{"exp": time.Now().Add(time.Hour).Unix()}, map[string]any{"exp": time.Now().Add(time.Hour).Unix()})
		wantValid(t, v, good, "at first")
		i.status = http.StatusNotFound
		unknown := func(n int) string {
			return albToken(t, signer, nil, map[string]any{"kid": fmt.Sprintf("00000000-0000-0000-0000-%012d", n)})
		}
		for n := range kidBurst - 1 {
			wantRefused(t, v, unknown(n), ErrInvalid, "that the issuer does not know")
		}
		for n := range 1000 {
			wantRefused(t, v, unknown(n), ErrUndecided, "that it is not asked for")
		}
		i.wantFetches(t, kidBurst, "at once")
		for range 10 {
			time.Sleep(time.Minute)
			wantRefused(t, v, unknown(7), ErrInvalid, "a minute later")
			wantRefused(t, v, unknown(8), ErrUndecided, "at the same time")
			wantValid(t, v, good, "meanwhile")
		}
		i.wantFetches(t, kidBurst+10, "in ten minutes")
	})
}

// Many keys that exist do not drive out the one that is in use.
func TestALB_RemembersTheKeysInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signer := signerFor("ES256")
		i := &issuer{body: pemOf(signer), cacheControl: "max-age=86400"}
		v := balancing(t, i, testARN)
		end := time.Now().Add(24 * time.Hour).Unix()
		long := func(kid string) string {
			return albToken(t, signer, jwt.MapClaims{"exp": end}, map[string]any{"exp": end, "kid": kid})
		}
		wantValid(t, v, long(testKid), "at first")
		for n := range 3 * maxKids {
			time.Sleep(time.Minute)
			wantValid(t, v, long(fmt.Sprintf("00000000-0000-0000-0000-%012d", n)), "another")
			wantValid(t, v, long(testKid), "still")
		}
		i.wantFetches(t, 1+3*maxKids, "once for each")
	})
}

func TestALB_IssuerDownAndKeyRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signer := signerFor("ES256")
		i := &issuer{body: pemOf(signer), down: true}
		v := balancing(t, i, testARN)
		end := time.Now().Add(24 * time.Hour).Unix()
		token := albToken(t, signer, jwt.MapClaims{"exp": end}, map[string]any{"exp": end})
		wantRefused(t, v, token, ErrUndecided, "without its key")
		i.down = false
		wantValid(t, v, token, "once it is up")
		i.down = true
		time.Sleep(2 * time.Hour)
		wantValid(t, v, token, "while it is down")
		synctest.Wait()
		i.down, i.status = false, http.StatusForbidden
		time.Sleep(time.Hour)
		wantValid(t, v, token, "until it was asked")
		synctest.Wait()
		wantRefused(t, v, token, ErrInvalid, "once its key is gone")
	})
}
