package explain

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/ferngate/ferngate/config"
)

// JWT reports what the app's own JWT says, without verifying it: what is in the
// cookie, and in the Authorization header where that counts.
func (r *Report) JWT(c Cookies, authorization string, cfg *config.CookieJWT) {
	found := false
	for _, s := range c.sent {
		if cfg.Cookie != "" && s.Name == cfg.Cookie {
			found = true
			r.section("The JWT in the cookie %s says", s.Name)
			r.payload(strings.Trim(s.Value, ` "`))
		}
	}
	if _, token, isBearer := strings.Cut(authorization, " "); cfg.Bearer && isBearer {
		found = true
		r.section("The JWT in the Authorization header says")
		r.payload(strings.TrimSpace(token))
	}
	if !found {
		r.section("There is no JWT")
		r.line("cookie_jwt names %s; the cookies are: %s", jwtPlaces(cfg), c.Names())
	}
}

func jwtPlaces(cfg *config.CookieJWT) string {
	switch {
	case !cfg.Bearer:
		return "the cookie " + cfg.Cookie
	case cfg.Cookie == "":
		return "the Authorization header"
	}
	return "the cookie " + cfg.Cookie + " and the Authorization header"
}

// payload shows what a JWT says, which nobody has verified here.
func (r *Report) payload(token string) {
	part := strings.SplitN(token, ".", 3)
	if len(part) != 3 {
		r.line("no JWT: it is not three parts with dots between")
		return
	}
	decoded, err := base64.RawURLEncoding.DecodeString(part[1])
	var indented bytes.Buffer
	if err == nil {
		err = json.Indent(&indented, decoded, "", "  ")
	}
	if err != nil {
		r.line("no JWT: its claims are not JSON")
		return
	}
	for line := range strings.Lines(indented.String()) {
		rest := strings.TrimLeft(line, " ")
		indent := "  " + line[:len(line)-len(rest)]
		r.text(indent, indent+"    ", "%s", strings.TrimSuffix(rest, "\n"))
	}
}

// Reasons are what a method said to its log: why it takes nobody for signed in.
// They are not for several goroutines at once.
type Reasons struct{ said []string }

// Log returns a log whose lines become the reasons.
func (s *Reasons) Log() *zap.Logger {
	return zap.New(reasonsCore{zapcore.DebugLevel, s})
}

// NoJWT is the error for a request whose JWT names nobody.
func (s *Reasons) NoJWT() error {
	if len(s.said) == 0 {
		return nobody("no JWT was given, or two that differ; give the one that cookie_jwt names")
	}
	return nobody("%s; compare cookie_jwt and identity with the claims above", strings.Join(s.said, "; "))
}

// reasonsCore is the log's end.
type reasonsCore struct {
	zapcore.LevelEnabler
	reasons *Reasons
}

// With implements zapcore.Core; what a logger says of itself is no reason.
func (c reasonsCore) With([]zap.Field) zapcore.Core { return c }

// Check implements zapcore.Core.
func (c reasonsCore) Check(e zapcore.Entry, to *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	return to.AddCore(e, c)
}

// Write implements zapcore.Core.
func (c reasonsCore) Write(e zapcore.Entry, fields []zap.Field) error {
	said := e.Message
	for _, f := range fields {
		encoder := zapcore.NewMapObjectEncoder()
		f.AddTo(encoder)
		said += fmt.Sprintf(": %v", encoder.Fields[f.Key])
	}
	c.reasons.said = append(c.reasons.said, said)
	return nil
}

// Sync implements zapcore.Core.
func (c reasonsCore) Sync() error { return nil }
