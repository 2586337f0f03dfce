package proxy

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// internal is an upstream whose app knows itself as app.internal.
func internal(url string) string { return "{ url: " + url + ", host_header: app.internal }" }

func TestHostHeader_Sent(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, internal(app.url))
	g.rawGet("/public/x", "Host: app.test:8080", "Origin: http://app.test:8080", "Referer: http://app.test:8080/y")
	got := app.next(t)
	for name, want := range map[string]string{
		"Host": "app.internal", "X-Forwarded-Host": "app.test:8080", "Forwarded": `for=127.0.0.1;proto=http;host="app.test:8080"`,
		"Origin": "http://app.test:8080", "Referer": "http://app.test:8080/y",
	} {
		if v := got.values(name); !slices.Equal(v, []string{want}) {
			t.Errorf("%s: %q, want %s", name, v, want)
		}
	}
}

// publicNames are what an app at 127.0.0.1:port, which is told that it is
// app.internal, says of itself, and what the browser at http://app.test:8080
// gets; "" is the same.
func publicNames(port string) map[string]string {
	return map[string]string{
		"http://app.internal/x?y#z":       "http://app.test:8080/x?y#z",
		"https://app.internal/x":          "http://app.test:8080/x",
		"HTTP://App.Internal:80":          "http://app.test:8080",
		"http://app.internal?x=1":         "http://app.test:8080?x=1",
		"//app.internal/x":                "http://app.test:8080/x",
		"http://127.0.0.1:" + port + "/x": "http://app.test:8080/x",
		"http://app.internal:" + port:     "http://app.test:8080",
		"http://app.internal/%2F\xff":     "http://app.test:8080/%2F\xff",
		"http://app.internal//evil.test":  "http://app.test:8080//evil.test",

		"/x": "", "x": "", "": "", "?x": "", "../x": "", "/x?back=http://app.internal/": "", "x://app.internal/": "",
		"http://app.test/x":                  "", // its public host, by itself
		"http://127.0.0.1/x":                 "", // another app of that machine
		"http://app.internal:9/":             "",
		"http://app.internal.evil.test/":     "",
		"http://app.internal@evil.test/":     "",
		"http://evil@app.internal/":          "",
		"http:/app.internal/x":               "",
		"http://app.internal\\@evil.test/":   "",
		"https://id.example.com/?to=http://": "",
		"mailto:ada@app.internal":            "",
		"//evil.test/http://app.internal/":   "",
		"javascript://app.internal/%0aalert": "",
	}
}

func TestHostHeader_References(t *testing.T) {
	var says string
	url := startApp(t, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h["Location"], h["Content-Location"] = []string{says}, []string{says}
		h["Refresh"] = []string{"5; url=" + says, "0;URL = '" + says + "' ", "1," + says, "2; \"" + says + "\"; more"}
		h["Link"], h["X-Location"] = []string{"<" + says + ">"}, []string{says}
		w.WriteHeader(http.StatusFound)
	})
	g := startGateway(t, testConfig, internal(url))
	for ref, want := range publicNames(url[strings.LastIndex(url, ":")+1:]) {
		if says = ref; want == "" {
			want = ref
		}
		a := g.rawGet("/public/x", "Host: app.test:8080")
		for name, wants := range map[string][]string{
			"Location": {want}, "Content-Location": {want}, "Link": {"<" + ref + ">"}, "X-Location": {ref},
			"Refresh": {"5; url=" + want, "0;URL = '" + want + "'", "1," + want, "2; \"" + want + "\"; more"},
		} {
			if got := a.header[name]; !slices.Equal(got, wants) {
				t.Errorf("%s of %q: %q, want %q", name, ref, got, wants)
			}
		}
	}
}

// Without host_header the app knows its public name: nothing is changed.
func TestHostHeader_Absent(t *testing.T) {
	const location, cookie = "http://app.internal/x", "a=1; Domain=app.internal"
	g := startGateway(t, testConfig, startApp(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Location"], w.Header()["Set-Cookie"] = []string{location, "http://" + r.Host + "/"}, []string{cookie}
	}))
	a := g.get("/public/x")
	if !slices.Equal(a.header["Location"], []string{location, "http://app.test/"}) || a.header.Get("Set-Cookie") != cookie {
		t.Errorf("%q", a.header)
	}
}

// The public name is that of public_url, or what the browser says and a trusted
// proxy says of it.
func TestHostHeader_PublicName(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://app.internal/x")
		w.Header()["Set-Cookie"] = []string{"a=1; Domain=app.internal", "b=2; Domain=app.test; Path=/"}
	})
	withURL := strings.Replace(testConfig, "    upstream:", "    public_url: https://app.test:8443\n    upstream:", 1)
	for name, c := range map[string]struct {
		config, want string
		headers      []string
	}{
		"as asked":         {testConfig, "http://app.test/x", nil},
		"with a port":      {testConfig, "http://app.test:8080/x", []string{"Host", "app.test:8080"}},
		"public_url":       {withURL, "https://app.test:8443/x", nil},
		"a proxy's":        {behindProxy(testConfig), "https://app.test/x", []string{"Host", "inner", "X-Forwarded-Host", "app.test", "X-Forwarded-Proto", "https"}},
		"nobody's headers": {testConfig, "http://app.test/x", []string{"X-Forwarded-Host", "evil.test", "X-Forwarded-Proto", "https"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := startGateway(t, c.config, internal(app)).get("/public/x", c.headers...)
			if got := a.header.Get("Location"); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if got := a.header["Set-Cookie"]; !slices.Equal(got, []string{"a=1", "b=2; Domain=app.test; Path=/"}) {
				t.Errorf("%q", got)
			}
		})
	}
}

// Who is signed in is asked of the app in the same way as everything else, and
// a cookie that is relayed from there is put right as any other.
func TestWhoami_EachKindOfUpstream(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		app := newLegacyApp()
		asked := make(chan string, 100)
		app.pages["/me"] = func(w http.ResponseWriter, r *http.Request) {
			asked <- r.Proto + " " + r.Host + " " + r.Header.Get("X-Forwarded-Host")
			w.Header().Set("Set-Cookie", "asked=1; Domain=app.internal")
			app.serveMe(w, r)
		}
		b := newBrowser(t, startGateway(t, appSite, startKind(t, kind, app.ServeHTTP), func(c *config.Config) {
			c.Sites[0].SignIn.App.RelayCookies = true
			c.Sites[0].Upstream.HostHeader = "app.internal"
		}))
		b.signIn("alice")
		b.wantToken("alice")
		if got, want := <-asked, kind.protocol+" app.internal app.test"; got != want {
			t.Errorf("asked as %s, want %s", got, want)
		}
		if b.cookies["asked"].value != "1" {
			t.Error("the relayed cookie is not kept")
		}
	})
}
