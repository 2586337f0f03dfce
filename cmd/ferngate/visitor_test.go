package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// What the gateways of these tests are run with.
const (
	gatePassword = "Wonderland-4711"
	gateSecret   = "a help centre's secret, only for tests"
	gateUsers    = `users:
  - login: alice
    user_id: "1001"
    email: alice@example.test
    name: Alice Liddell
    password_hash: $2a$04$fL99BXCN9K4PLQwHlVKsl.01cRwM4vqNrXhdECUY0z6DP9qtBmu8y
`
	gateConfig = `listen: 127.0.0.1:{port}
admin: { listen: "" }
session: { keys: [file:session.key] }
sites:
  - upstream: {upstream}
    ferndesk: { jwt_secret: file:jwt.secret }
    sign_in:
      password: { users_file: users.yaml }
    identity_headers: { user_id: X-Forwarded-User }
    access:
      - { path: /, require: required }
      - { path: /lib/tpl/, require: public }
`
	gateKey = "dGVzdHMgb25seTogYSBzZXNzaW9uIGtleSBvZiBleGFjdGx5IHNpeHR5LWZvdXIgYnl0ZXMsIG5vIG1vcmUhIQ=="
)

// startGate runs `ferngate serve` with its own sign-in in front of upstream and returns its address.
func startGate(t *testing.T, upstream string) string {
	t.Helper()
	return serveGate(t, strings.ReplaceAll(gateConfig, "{upstream}", upstream), map[string]string{"users.yaml": gateUsers})
}

// serveGate runs `ferngate serve` with a config, whose {port} becomes a free
// one, and the files that it refers to; jwt.secret and session.key are there.
func serveGate(t *testing.T, config string, files map[string]string) string {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeFiles(t, dir, files)
	writeFiles(t, dir, map[string]string{
		"ferngate.yaml": strings.ReplaceAll(config, "{port}", port),
		"jwt.secret":    gateSecret, "session.key": gateKey,
	})
	gate := start(t, dir, "ferngate", "serve")
	gate.answers(t, "http://127.0.0.1:"+port)
	t.Cleanup(func() {
		if err := gate.terminate(t); err != nil {
			t.Errorf("ferngate serve ended with %v", err)
		}
		for _, secret := range []string{gatePassword, gateSecret, gateKey, appPassword} {
			if strings.Contains(gate.output.String(), secret) {
				t.Error("a secret is in the log")
			}
		}
	})
	return "http://127.0.0.1:" + port
}

// visitor is somebody with a browser's cookies, who follows no redirect unasked.
type visitor struct {
	t       *testing.T
	base    string
	client  http.Client
	headers []string // sent with every request: name, value, name, value
	asked   []string // the path and query of every request so far
}

func newVisitor(t *testing.T, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, base: base, client: http.Client{
		Jar:           jar,
		Transport:     &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       patience,
	}}
}

// answer is what a visitor got.
type answer struct {
	at     *url.URL // what was asked
	status int
	header http.Header
	body   []byte
}

// send sends a request; headers are name, value, name, value.
func (v *visitor) send(method, path string, body io.Reader, headers ...string) answer {
	v.t.Helper()
	a, err := v.try(method, path, body, headers...)
	if err != nil {
		v.t.Fatal(err)
	}
	return a
}

// try is send for a goroutine that is not the test's own.
func (v *visitor) try(method, path string, body io.Reader, headers ...string) (answer, error) {
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, body)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Accept", "text/html")
	headers = append(slices.Clip(v.headers), headers...)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	v.asked = append(v.asked, path)
	res, err := v.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return answer{req.URL, res.StatusCode, res.Header, content}, nil
}

func (v *visitor) get(path string, headers ...string) answer {
	v.t.Helper()
	return v.send(http.MethodGet, path, nil, headers...)
}

func (v *visitor) post(path string, form url.Values) answer {
	v.t.Helper()
	return v.send(http.MethodPost, path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

// open gets a page as a browser does, which follows redirects.
func (v *visitor) open(path string) answer {
	v.t.Helper()
	return v.follow(v.get(path))
}

// follow goes where an answer leads, within the site.
func (v *visitor) follow(a answer) answer {
	v.t.Helper()
	for range 5 {
		if a.status < 300 || a.status > 399 {
			return a
		}
		to, err := a.at.Parse(a.header.Get("Location"))
		if err != nil || to.Host != a.at.Host {
			v.t.Fatalf("%s leads away, to %q", a.at, a.header.Get("Location"))
		}
		a = v.get(to.RequestURI())
	}
	v.t.Fatalf("%s: redirects without end", a.at)
	return a
}

// signIn signs in to ferngate and wants to come back to path.
func (v *visitor) signIn(path string) {
	v.t.Helper()
	a := v.post("/.ferngate/sign-in", url.Values{"login": {"alice"}, "password": {gatePassword}, "return_to": {path}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != path {
		v.t.Fatalf("sign-in: %d to %q\n%s", a.status, a.header.Get("Location"), a.body)
	}
}

// want fails the test unless the answer has the status, and the text in its body.
func (a answer) want(t *testing.T, status int, text string) {
	t.Helper()
	if a.status != status || !bytes.Contains(a.body, []byte(text)) {
		t.Fatalf("got %d, want %d with %q in\n%v\n%s", a.status, status, text, a.header, a.body)
	}
}

// form is the fields of the page's form with that id, as a browser would send
// them if nothing were typed or pressed.
func (a answer) form(t *testing.T, id string) url.Values {
	t.Helper()
	fields, inside := url.Values{}, false
	for z := html.NewTokenizer(bytes.NewReader(a.body)); z.Next() != html.ErrorToken; {
		token := z.Token()
		attr := attributes(token)
		switch {
		case token.Data == "form":
			inside = token.Type == html.StartTagToken && attr["id"] == id
		case inside && token.Data == "input" && attr["name"] != "" && attr["type"] != "checkbox" && attr["type"] != "submit":
			fields.Set(attr["name"], attr["value"])
		}
	}
	if len(fields) == 0 {
		t.Fatalf("no form %q in\n%s", id, a.body)
	}
	return fields
}

// field is the value of the page's first input or meta element of that name.
func (a answer) field(t *testing.T, name string) string {
	t.Helper()
	for z := html.NewTokenizer(bytes.NewReader(a.body)); z.Next() != html.ErrorToken; {
		token := z.Token()
		if token.Data != "input" && token.Data != "meta" {
			continue
		}
		attr := attributes(token)
		if attr["name"] == name {
			return attr["value"] + attr["content"] // an element has one of them
		}
	}
	t.Fatalf("no field %q in\n%s", name, a.body)
	return ""
}

func attributes(token html.Token) map[string]string {
	attr := map[string]string{}
	for _, at := range token.Attr {
		attr[at.Key] = at.Val
	}
	return attr
}
