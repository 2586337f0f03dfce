package config

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// TestSecretsAreNeverPrinted prints a secret, and a config with some, in every way there is.
func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Setenv("KEY", testKey(1))
	t.Setenv("JWT", "hunter2 hunter2 hunter2 hunter2 hunter2")
	t.Setenv("APP", "hunter2, hunter2, hunter2, hunter2, hunter2")
	c, _, err := Parse("ferngate.yaml", []byte(`
session: { keys: [env:KEY] }
sites:
  - upstream: http://127.0.0.1:3000
    ferndesk: { jwt_secret: env:JWT }
    sign_in:
      app:
        cookie_jwt: { cookie: jwt, keys: { algorithm: HS256, secret: env:APP }, extract: { sub: { json: /sub, match: '^\w+$' }, email: { json: /email } } }
        identity: { user_id: "{sub}", email: "{email}" }
`))
	if err != nil {
		t.Fatal(err)
	}
	secret := c.Sites[0].Ferndesk.JWTSecret
	if string(secret.Reveal()) != "hunter2 hunter2 hunter2 hunter2 hunter2" {
		t.Fatal("the secret is not what the variable holds")
	}
	for _, v := range []any{secret, &secret, []Secret{secret}, map[string]Secret{"k": secret}, struct{ S Secret }{secret}, c, *c, c.Sites, c.Session} {
		for how, text := range printed(t, v) {
			for _, leak := range []string{"hunter2", fmt.Sprintf("%x", "hunter2"), fmt.Sprintf("%X", "hunter2"), "104 117 110", "0x68, 0x75",
				base64.StdEncoding.EncodeToString([]byte("hunter2 hunt"))[:12], testKey(1)} {
				if strings.Contains(text, leak) {
					t.Errorf("%T by %s shows the secret: %s", v, how, text)
				}
			}
		}
	}
	if got := fmt.Sprint(secret); got != "[secret]" {
		t.Errorf("a secret prints as %s", got)
	}
}

// printed is a value in every way of printing it.
func printed(t *testing.T, v any) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%X", "% x", "%q", "%d", "%o", "%c", "%U", "%t"} {
		texts[verb] = fmt.Sprintf(verb, v)
	}
	asJSON, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(&logged), zap.DebugLevel)
	zap.New(core).Info("config", zap.Any("value", v), zap.Reflect("reflected", v))
	texts["json"], texts["yaml"], texts["zap"] = string(asJSON), string(asYAML), logged.String()
	return texts
}

func TestOneLineEndIsCutOffASecret(t *testing.T) {
	for value, want := range map[string]string{"a": "a", "a\n": "a", "a\r\n": "a", "a\n\n": "a\n", "a\r": "a\r", " a ": " a "} {
		if got := string(trimNewline([]byte(value))); got != want {
			t.Errorf("%q is read as %q, want %q", value, got, want)
		}
	}
}

func TestDecodeKey(t *testing.T) {
	bin := bytes.Repeat([]byte{0xfb}, 32) // has both signs in which the alphabets differ
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		key, err := DecodeKey(NewSecret([]byte(enc.EncodeToString(bin))))
		if err != nil || !bytes.Equal(key, bin) {
			t.Errorf("%s: got %x, %v", enc.EncodeToString(bin), key, err)
		}
	}
	for _, text := range []string{"", "hunter2", "hunter2!", base64.StdEncoding.EncodeToString(bin[:31])} {
		if _, err := DecodeKey(NewSecret([]byte(text))); !errors.Is(err, ErrKey) || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%q: got %v, want ErrKey without the text", text, err)
		}
	}
}
