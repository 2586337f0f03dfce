package assertion

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/jwks"
	"github.com/ferngate/ferngate/config"
)

const (
	team  = "https://corp.cloudflareaccess.com"
	tag   = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2"
	arn   = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/50dc6c495c0c9188"
	albID = "307a30c3-8280-4ff5-a78d-6bc5263ffbe8"
	idp   = "https://idp.test"
)

// The proxy's keys. RSA ones take long to make.
var (
	rsaKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	ecKey  = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
)

// must returns what a constructor made of fixed input.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// internet has documents by URL, without a network.
type internet map[string][]byte

// RoundTrip implements http.RoundTripper.
func (i internet) RoundTrip(r *http.Request) (*http.Response, error) {
	body, found := i[r.URL.String()]
	if !found {
		return nil, errors.New("no such host")
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

// published is where the presets' keys are.
func published() internet {
	set := func(key crypto.Signer) []byte {
		return must(json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Use: "sig"}}}))
	}
	return internet{
		team + "/cdn-cgi/access/certs":                                  set(rsaKey()),
		"https://www.gstatic.com/iap/verify/public_key-jwk":             set(ecKey()),
		"https://public-keys.auth.elb.eu-west-1.amazonaws.com/" + albID: publicPEM(ecKey()),
	}
}

func publicPEM(key crypto.Signer) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(key.Public()))})
}

// open returns the method of a config, and what it logs.
func open(t testing.TB, cfg config.Assertion, net http.RoundTripper) (*Method, *observer.ObservedLogs) {
	t.Helper()
	core, logs := observer.New(zap.DebugLevel)
	m, err := newMethod(cfg, nil, &http.Client{Transport: net}, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	return m, logs
}

// access is the config of Cloudflare Access.
func access() config.Assertion {
	return config.Assertion{Preset: "cloudflare_access", Issuer: team, Audience: []string{tag}}
}

// sign makes a JWT; nil takes a claim out.
func sign(t testing.TB, method jwt.SigningMethod, key any, claims, changes jwt.MapClaims) string {
	t.Helper()
	all := jwt.MapClaims{"sub": "1001", "email": "alice@corp.test", "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(all, claims)
	maps.Copy(all, changes)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	token := jwt.NewWithClaims(method, all)
	token.Header["kid"] = "one"
	return must(token.SignedString(key))
}

// accessToken makes a JWT as Cloudflare Access does, changed.
func accessToken(t testing.TB, changes jwt.MapClaims) string {
	t.Helper()
	return sign(t, jwt.SigningMethodRS256, rsaKey(), jwt.MapClaims{
		"iss": team, "aud": []string{tag}, "iat": time.Now().Unix(), "nbf": time.Now().Unix(), "type": "app", "country": "NL",
	}, changes)
}

// with is a header of some lines.
func with(name string, lines ...string) http.Header {
	return http.Header{http.CanonicalHeaderKey(name): lines}
}

// identify is Identify, which must be able to tell.
func identify(t testing.TB, m *Method, h http.Header, trustedPeer bool) *auth.Identity {
	t.Helper()
	id, until, err := m.Identify(t.Context(), h, trustedPeer)
	if err != nil || (id != nil) != until.After(time.Now()) {
		t.Errorf("%v until %v: %v", id, until, err)
	}
	return id
}

func template(text string) config.Template { return must(config.ParseTemplate(text)) }

func TestPresets(t *testing.T) {
	encode := base64.URLEncoding.EncodeToString
	balanced := encode(must(json.Marshal(map[string]any{
		"alg": "ES256", "kid": albID, "signer": arn, "client": "c", "iss": idp, "exp": time.Now().Add(time.Minute).Unix(),
	}))) + "." + encode(must(json.Marshal(map[string]any{
		"sub": "1001", "email": "alice@corp.test", "name": "Alice", "iss": idp, "exp": time.Now().Add(time.Minute).Unix(),
	})))
	balanced += "." + encode(must(jwt.SigningMethodES256.Sign(balanced, ecKey())))
	for _, row := range []struct {
		cfg           config.Assertion
		header, token string
		name          string
	}{
		{access(), "Cf-Access-Jwt-Assertion", accessToken(t, nil), ""},
		{
			config.Assertion{Preset: "google_iap", Audience: []string{"/projects/1/global/backendServices/2"}},
			"X-Goog-IAP-JWT-Assertion",
			sign(t, jwt.SigningMethodES256, ecKey(), jwt.MapClaims{
				"iss": "https://cloud.google.com/iap", "aud": "/projects/1/global/backendServices/2", "hd": "corp.test",
			}, nil), "",
		},
		{
			config.Assertion{Preset: "aws_alb", Issuer: idp, Audience: []string{arn}},
			"X-Amzn-Oidc-Data", balanced, "Alice",
		},
	} {
		t.Run(row.cfg.Preset, func(t *testing.T) {
			m, _ := open(t, row.cfg, published())
			want := &auth.Identity{UserID: "1001", Email: "alice@corp.test", Name: row.name}
			if got := identify(t, m, with(row.header, row.token), false); !cmp.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
			if names := m.ClientHeaders(); names != nil {
				t.Errorf("%q would be removed from strangers' requests", names)
			}
			for name, h := range map[string]http.Header{
				"another header": with("X-Other", row.token), "no header": {}, "an empty header": with(row.header, ""),
			} {
				if got := identify(t, m, h, true); got != nil {
					t.Errorf("%s: %v", name, got)
				}
			}
		})
	}
}

func TestGenericForm(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(file, publicPEM(ecKey()), 0o600); err != nil {
		t.Fatal(err)
	}
	pointer := func(text string) []config.Extractor {
		return []config.Extractor{{JSON: must(config.ParsePointer(text))}}
	}
	cfg := config.Assertion{
		Header: "x-assertion", Issuer: idp, Audience: []string{"app", "other"},
		Keys:     config.JWTKeys{Algorithm: "ES256", PublicKeyFile: file},
		Extract:  map[string][]config.Extractor{"login": pointer("/user/login"), "roles": pointer("/realm_access/roles")},
		Identity: &config.IdentityMapping{UserID: template("{login}"), Email: template("{login}@corp.test"), Groups: template("{roles}")},
	}
	m, logs := open(t, cfg, nil)
	by := func(changes jwt.MapClaims) http.Header {
		return with("X-Assertion", sign(t, jwt.SigningMethodES256, ecKey(), jwt.MapClaims{"iss": idp, "aud": "app"}, changes))
	}
	got := identify(t, m, by(jwt.MapClaims{
		"user": map[string]any{"login": json.Number("12345678901234567890")}, "realm_access": map[string]any{"roles": []string{"staff", "ops"}},
	}), false)
	want := &auth.Identity{UserID: "12345678901234567890", Email: "12345678901234567890@corp.test", Groups: []string{"staff", "ops"}}
	if !cmp.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := identify(t, m, by(jwt.MapClaims{"user": map[string]any{}, "realm_access": map[string]any{"roles": []string{"staff"}}}), false); got != nil {
		t.Errorf("without a login: %v", got)
	}
	if all := logs.All(); len(all) != 1 || !strings.Contains(fmt.Sprint(all[0].ContextMap()), "login was not found") {
		t.Errorf("logged %v", all)
	}
}

func TestS17_NoAudienceOrIssuerDoesNotStart(t *testing.T) {
	for name, cfg := range map[string]config.Assertion{
		"cloudflare_access, no audience": {Preset: "cloudflare_access", Issuer: team},
		"cloudflare_access, no issuer":   {Preset: "cloudflare_access", Audience: []string{tag}},
		"google_iap, no audience":        {Preset: "google_iap"},
		"aws_alb, no audience":           {Preset: "aws_alb", Issuer: idp},
		"aws_alb, no issuer":             {Preset: "aws_alb", Audience: []string{arn}},
		"aws_alb, another audience":      {Preset: "aws_alb", Issuer: idp, Audience: []string{"client"}},
		"generic, no audience":           {Header: "X-A", Issuer: idp, Keys: config.JWTKeys{Algorithm: "HS256", Secret: config.NewSecret([]byte("s"))}},
		"generic, no keys":               {Header: "X-A", Issuer: idp, Audience: []string{"app"}},
		"nothing":                        {},
	} {
		if m, err := New(cfg, nil, zap.NewNop()); m != nil || err == nil || !strings.HasPrefix(err.Error(), "sign_in.assertion: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestS17_AssertionsThatDoNotCountAreNobodys(t *testing.T) {
	m, logs := open(t, access(), published())
	stranger := must(rsa.GenerateKey(rand.Reader, 2048))
	der := x509.MarshalPKCS1PublicKey(&rsaKey().PublicKey)
	claims := jwt.MapClaims{"iss": team, "aud": tag}
	for name, token := range map[string]string{
		"another aud":              accessToken(t, jwt.MapClaims{"aud": strings.Repeat("0", 64)}),
		"no aud":                   accessToken(t, jwt.MapClaims{"aud": nil}),
		"no exp":                   accessToken(t, jwt.MapClaims{"exp": nil}),
		"another team":             accessToken(t, jwt.MapClaims{"iss": "https://evil.cloudflareaccess.com"}),
		"over":                     accessToken(t, jwt.MapClaims{"exp": time.Now().Unix()}),
		"alg none":                 sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims, nil),
		"HS256 by the public key":  sign(t, jwt.SigningMethodHS256, publicPEM(rsaKey()), claims, nil),
		"HS256 by its DER":         sign(t, jwt.SigningMethodHS256, der, claims, nil),
		"signed by somebody else":  sign(t, jwt.SigningMethodRS256, stranger, claims, nil),
		"a service without a user": accessToken(t, jwt.MapClaims{"sub": "", "email": nil, "common_name": "robot"}),
		"a user id that is a list": accessToken(t, jwt.MapClaims{"sub": []string{"1", "2"}}),
		"an email of two":          accessToken(t, jwt.MapClaims{"email": "a@evil.test@corp.test"}),
		"no token":                 "x",
	} {
		if id := identify(t, m, with("Cf-Access-Jwt-Assertion", token), true); id != nil {
			t.Errorf("%s: %v", name, id)
		}
		if len(token) > 1 && strings.Contains(fmt.Sprint(logs.All()), token) {
			t.Errorf("%s: the token is in the log", name)
		}
	}
	good := accessToken(t, nil)
	if id := identify(t, m, with("Cf-Access-Jwt-Assertion", good, good), true); id != nil {
		t.Errorf("two lines: %v", id)
	}
	if id := identify(t, m, with("Cf-Access-Jwt-Assertion", good), false); id == nil {
		t.Error("the good one is nobody's")
	}
}

func TestUndecidedWhileTheKeysCannotBeHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := internet{}
		m, _ := open(t, access(), net)
		h := with("Cf-Access-Jwt-Assertion", accessToken(t, nil))
		if id, until, err := m.Identify(t.Context(), h, false); id != nil || !until.IsZero() || !errors.Is(err, jwks.ErrUndecided) {
			t.Errorf("%v until %v: %v", id, until, err)
		}
		maps.Copy(net, published())
		time.Sleep(10 * time.Second)
		if identify(t, m, h, false) == nil {
			t.Error("nobody, though the keys are back")
		}
	})
}

// A token never outlives the assertion (Tokens.Mint goes by until).
func TestUntilIsTheAssertionsOwn(t *testing.T) {
	m, _ := open(t, access(), published())
	want := time.Now().Add(10 * time.Minute).Truncate(time.Second)
	h := with("Cf-Access-Jwt-Assertion", accessToken(t, jwt.MapClaims{"exp": want.Unix()}))
	if _, until, err := m.Identify(t.Context(), h, false); err != nil || !until.Equal(want) {
		t.Errorf("until %v: %v, want %v", until, err, want)
	}
}

// Only what is mapped gets into an identity (K1).
func TestK1_NothingUnmapped(t *testing.T) {
	m, _ := open(t, access(), published())
	id := identify(t, m, with("Cf-Access-Jwt-Assertion", accessToken(t, jwt.MapClaims{"identity_nonce": "canary", "custom": map[string]any{"token": "canary"}})), false)
	if id == nil || strings.Contains(fmt.Sprint(*id), "canary") {
		t.Errorf("%v", id)
	}
}

func TestS9_UnverifiedEmailDoesNotCount(t *testing.T) {
	m, _ := open(t, access(), published())
	for _, no := range []any{false, "false"} {
		id := identify(t, m, with("Cf-Access-Jwt-Assertion", accessToken(t, jwt.MapClaims{"email_verified": no})), false)
		if id == nil || id.UserID != "1001" || id.Email != "" {
			t.Errorf("email_verified %v: %v", no, id)
		}
	}
}

func TestSamePersonSamePointer(t *testing.T) {
	m, _ := open(t, access(), published())
	by := func(changes jwt.MapClaims) *auth.Identity {
		return identify(t, m, with("Cf-Access-Jwt-Assertion", accessToken(t, changes)), false)
	}
	first := by(nil)
	if again := by(jwt.MapClaims{"jti": "another"}); again != first {
		t.Errorf("%p, then %p", first, again)
	}
	if moved := by(jwt.MapClaims{"email": "alice@new.test"}); moved == first || moved.Email != "alice@new.test" || first.Email != "alice@corp.test" {
		t.Errorf("%v became %v", first, moved)
	}
}

func TestTheMethodAfterKeepsTheKeysAndReadsTheTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "people.csv")
	write := func(plan string) {
		t.Helper()
		if err := os.WriteFile(file+".new", []byte("login,plan\nalice@corp.test,"+plan+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".new", file); err != nil {
			t.Fatal(err)
		}
	}
	write("pro")
	cfg := access()
	cfg.Identity = &config.IdentityMapping{UserID: template("{sub}"), Email: template("{email}"), Attributes: map[string]config.Template{"plan": template("{plan}")}}
	cfg.Enrich = &config.Enrich{File: file, Key: template("{email}")}
	m, _ := open(t, cfg, published())
	h := with("Cf-Access-Jwt-Assertion", accessToken(t, nil))
	before := identify(t, m, h, false)
	if before == nil || before.Attributes["plan"] != "pro" {
		t.Fatalf("%v", before)
	}
	write("basic")
	next, err := New(cfg, m, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	// The issuer's keys are kept: there is nobody to ask for them anew.
	if after := identify(t, next, h, false); after == nil || after.Attributes["plan"] != "basic" {
		t.Errorf("%v", after)
	}
	cfg.Audience = []string{"another"}
	if next, err = New(cfg, m, zap.NewNop()); err != nil {
		t.Fatal(err)
	}
	if next.source == m.source {
		t.Error("what is believed is not what the config says now")
	}
}

func BenchmarkIdentify(b *testing.B) {
	m, _ := open(b, access(), published())
	h := with("Cf-Access-Jwt-Assertion", accessToken(b, nil))
	b.ReportAllocs()
	for b.Loop() {
		if id, _, err := m.Identify(b.Context(), h, false); id == nil || err != nil {
			b.Fatal(id, err)
		}
	}
}
