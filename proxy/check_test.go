package proxy

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// FuzzCheck: a config without a fault is one that a gateway can be built of. All
// that is wrong is told where it stands in the file, then, and nothing of it by
// the packages that are built from it.
func FuzzCheck(f *testing.F) {
	files, err := filepath.Glob("../config/testdata/faults/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "../config.example.yaml") {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Setenv("KEY", testSessionKey)
	f.Setenv("JWT", testJWTSecret)
	f.Setenv("OTHER", testJWTSecret+" of the app")
	dir := f.TempDir()
	for name, content := range map[string]string{"users.yaml": "users: []\n", "people.csv": "key,plan\n", "people.yaml": "ada: { plan: pro }\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			f.Fatal(err)
		}
	}
	const head = "listen: 127.0.0.1:0\nsession: { keys: [env:KEY] }\nsites:\n  - host: app.example.com\n    upstream: http://127.0.0.1:3000\n    ferndesk: { jwt_secret: env:JWT, help_center: help.example.com, widget_id: widget_1 }\n    sign_in:\n"
	for _, signIn := range []string{
		"      password: { users_file: users.yaml }\n",
		"      app: { session_cookies: [sid], whoami: { path: /me, extract: { login: { json: /login } } }, identity: { user_id: '{login}', email: '{plan}' }, enrich: { file: people.csv, key: '{login}' } }\n",
		"      app: { cookie_jwt: { cookie: jwt, keys: { algorithm: HS256, secret: env:OTHER } }, identity: { user_id: '{sub}', email: '{email}' }, enrich: { file: people.yaml, key: '{sub}' } }\n",
		"      assertion: { header: X-Token, issuer: x, audience: y, keys: { algorithm: RS256, jwks_url: https://sso.test/keys } }\n",
		"      assertion: { preset: cloudflare_access, issuer: https://team.cloudflareaccess.com, audience: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef }\n",
		"      assertion: { preset: google_iap, audience: /projects/123/global/backendServices/456 }\n",
		"      assertion: { preset: aws_alb, issuer: x, audience: 'arn:aws:elasticloadbalancing:eu-west-1:123:loadbalancer/app/name/456' }\n",
		"      assertion: { preset: aws_alb, issuer: x, audience: 'arn:aws-cn:elasticloadbalancing:cn-north-1:123:loadbalancer/app/name/456', keys: { jwks_url: https://keys.test/ } }\n",
	} {
		if _, _, err := config.Parse(filepath.Join(dir, "ferngate.yaml"), []byte(head+signIn), CheckFiles); err != nil {
			f.Fatal(err) // it would prove nothing
		}
		f.Add(head + signIn)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 16<<10 {
			return // more of the same
		}
		cfg, _, err := config.Parse(filepath.Join(dir, "ferngate.yaml"), []byte(src), CheckFiles)
		if err != nil {
			return
		}
		if err := Check(cfg, zap.NewNop()); err != nil {
			t.Errorf("no fault was found in it, and yet: %v\n%s", err, src)
		}
	})
}
