package proxy

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// benchmarkLog is the log as serve has it by default, written nowhere.
func benchmarkLog() *zap.Logger {
	buffered := &zapcore.BufferedWriteSyncer{WS: zapcore.AddSync(io.Discard)}
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), buffered, zap.InfoLevel))
}

// benchmarkGateway is one in front of upstream, and Alice's cookie.
func benchmarkGateway(b *testing.B, upstream string) (http.Handler, string) {
	g := newGateway(b, testConfig, upstream)
	gw, err := New(g.config(), nil, benchmarkLog())
	if err != nil {
		b.Fatal(err)
	}
	form := url.Values{"login": {"alice"}, "password": {testPassword}}.Encode()
	r := httptest.NewRequest(http.MethodPost, signInPath, nil)
	r.Body, r.Host = io.NopCloser(bufio.NewReader(&reader{form})), "app.test"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	gw.ServeHTTP(w, r)
	cookie := w.Result().Cookies()[0]
	return gw, cookie.Name + "=" + cookie.Value
}

// reader reads a text once.
type reader struct{ rest string }

func (r *reader) Read(p []byte) (int, error) {
	if r.rest == "" {
		return 0, io.EOF
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// exchangeLoop sends one request after the other on a kept connection, and
// reads the answers with as little of its own cost as it can.
func exchangeLoop(b *testing.B, h http.Handler, path, cookie string) {
	server := httptest.NewServer(h)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	request := "GET " + path + " HTTP/1.1\r\nHost: app.test\r\nUser-Agent: benchmark\r\nAccept: */*\r\nCookie: " + cookie + "\r\n\r\n"
	answers := bufio.NewReader(conn)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.WriteString(conn, request); err != nil {
			b.Fatal(err)
		}
		length := -1
		for {
			line, err := answers.ReadSlice('\n')
			if err != nil {
				b.Fatal(err)
			}
			if n, ok := contentLength(line); ok {
				length = n
			}
			if len(line) == 2 {
				break
			}
		}
		if length < 100 {
			b.Fatal("not the answer that is measured")
		}
		if _, err := answers.Discard(length); err != nil {
			b.Fatal(err)
		}
	}
}

func contentLength(line []byte) (int, bool) {
	const name = "Content-Length: "
	if len(line) < len(name) || string(line[:len(name)]) != name {
		return 0, false
	}
	n := 0
	for _, c := range line[len(name):] {
		if '0' <= c && c <= '9' {
			n = n*10 + int(c-'0')
		}
	}
	return n, true
}

// BenchmarkForward is an answer of 200 bytes for a signed-in person, beside
// what a bare ReverseProxy with the same Transport takes for it.
func BenchmarkForward(b *testing.B) {
	body := make([]byte, 200)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
	defer app.Close()
	target, err := url.Parse(app.URL)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("bare", func(b *testing.B) {
		g := newGateway(b, testConfig, app.URL)
		transport, err := NewTransport(g.config().Sites[0].Upstream)
		if err != nil {
			b.Fatal(err)
		}
		bare := &httputil.ReverseProxy{
			Rewrite: func(pr *httputil.ProxyRequest) {
				pr.SetURL(target)
				pr.Out.Host = pr.In.Host
				pr.SetXForwarded()
			},
			Transport:  transport,
			BufferPool: newBufferPool(),
		}
		exchangeLoop(b, bare, "/api/me", "app=1")
	})
	b.Run("ferngate", func(b *testing.B) {
		gw, cookie := benchmarkGateway(b, app.URL)
		exchangeLoop(b, gw, "/api/me", cookie)
	})
}

// BenchmarkToken is the token endpoint, beside a handler that knows the person
// and signs with golang-jwt for each request.
func BenchmarkToken(b *testing.B) {
	b.Run("golang-jwt", func(b *testing.B) {
		exchangeLoop(b, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			now := time.Now()
			token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
				"sub": "1001", "userId": "1001", "email": "alice@corp.test", "name": "Alice",
				"customAttributes": map[string]string{"plan": "pro"}, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
			}).SignedString([]byte(testJWTSecret))
			if err != nil {
				b.Error(err)
			}
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.Header().Set("Cache-Control", "no-store")
			_, _ = io.WriteString(w, token)
		}), "/api/ferndesk-token", "app=1")
	})
	b.Run("ferngate", func(b *testing.B) {
		gw, cookie := benchmarkGateway(b, "http://127.0.0.1:1")
		exchangeLoop(b, gw, "/api/ferndesk-token", cookie)
	})
}

// BenchmarkFollowed is what a warm session that follows the app's own login
// costs, beside the same of a session that began here.
func BenchmarkFollowed(b *testing.B) {
	app := startLegacyApp(b)
	quick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/me" {
			app.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(make([]byte, 200))
	}))
	defer quick.Close()
	followed := func(b *testing.B) (http.Handler, string) {
		g := startGateway(b, appSite, quick.URL, rechecked(24*time.Hour))
		p := newBrowser(b, g)
		p.signIn("alice")
		gw, err := New(g.config(), nil, benchmarkLog())
		if err != nil {
			b.Fatal(err)
		}
		return gw, p.jar("/")
	}
	own := func(b *testing.B) (http.Handler, string) {
		gw, cookie := benchmarkGateway(b, quick.URL)
		return gw, cookie + "; sid=ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	}
	for _, path := range []string{"/api/ferndesk-token", "/api/me"} {
		b.Run("own"+path, func(b *testing.B) {
			gw, cookie := own(b)
			exchangeLoop(b, gw, path, cookie)
		})
		b.Run("followed"+path, func(b *testing.B) {
			gw, cookie := followed(b)
			exchangeLoop(b, gw, path, cookie)
		})
	}
}
