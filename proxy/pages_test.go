package proxy

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// inLanguages are what a page's heading is in each language.
var inLanguages = []struct{ asked, tag, signIn, notFound, wrong string }{
	{"", "en", "Sign in", "Not found", "The login or the password is wrong."},
	{"en-GB,en;q=0.9", "en", "Sign in", "Not found", "The login or the password is wrong."},
	{"fr-FR,fr;q=0.9,en;q=0.8", "fr", "Se connecter", "Page introuvable", "L’identifiant ou le mot de passe est incorrect."},
	{"de-AT", "de", "Anmelden", "Nicht gefunden", "Benutzername oder Passwort ist falsch."},
	{"ca,es;q=0.9", "es", "Iniciar sesión", "Página no encontrada", "El usuario o la contraseña no son correctos."},
}

func TestPagesAreInThePersonsLanguage(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	for _, c := range inLanguages {
		headers := []string{"Accept", "text/html", "Accept-Language", c.asked}
		for heading, a := range map[string]answer{
			c.signIn:   g.get(signInPath, headers...),
			c.notFound: g.get("/.ferngate/x", headers...),
			c.wrong:    g.postForm(signInPath, url.Values{"login": {"alice"}, "password": {"x"}}, headers...),
		} {
			if !strings.Contains(a.body, ">"+heading+"</") || !strings.Contains(a.body, `<html lang="`+c.tag+`">`) ||
				a.header.Get("Content-Language") != c.tag || !slices.Contains(a.header["Vary"], "Accept-Language") {
				t.Errorf("%q: want %q in %s: %v %s", c.asked, heading, c.tag, a.header, a.body)
			}
		}
	}
}

// What scripts and operators compare is the same in every language.
func TestOnlyPagesAreTranslated(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	a := g.get("/.ferngate/x", "Accept-Language", "de")
	var said struct{ Error string }
	if err := json.Unmarshal([]byte(a.body), &said); err != nil || said.Error != errNoSuchEndpoint.message || a.header.Get("Content-Language") != "" {
		t.Errorf("%v %v %s", err, a.header, a.body)
	}
	g.get("/.ferngate/x", "Accept", "text/html", "Accept-Language", "de")
	for _, line := range g.log.FilterLoggerName("access").All() {
		if reason := line.ContextMap()["reason"]; reason != errNoSuchEndpoint.message {
			t.Errorf("logged as %q", reason)
		}
	}
}

// A text about a name keeps its place for it, and the name stays a text.
func TestNamesOnPages(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1", func(c *config.Config) {
		c.Sites[0].Branding.Title = `<b>"100 %s" & more`
	})
	cookie := g.signIn("alice")
	a := g.get(signOutPath, "Cookie", cookie, "Accept", "text/html", "Accept-Language", "fr")
	for _, want := range []string{
		"<p>Votre session est ouverte avec le compte <strong>Alice</strong>.</p>",
		"<h1>Fermer votre session sur &lt;b&gt;&#34;100 %s&#34; &amp; more\u202f?</h1>",
		"<title>Se déconnecter · &lt;b&gt;&#34;100 %s&#34; &amp; more</title>",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %q in %s", want, a.body)
		}
	}
	if a := g.get("/staff/x", "Cookie", g.signIn("bob"), "Accept", "text/html"); a.status != http.StatusForbidden || !strings.Contains(a.body, "<strong>Zoë</strong>") {
		t.Errorf("a page that is not open to Zoë does not say whose it is not: %d %s", a.status, a.body)
	}
}

var styleElement = regexp.MustCompile(`(?s)<style>(.*)</style>`)

// Each site's pages have its own name, logo and colour, and a policy for just that style.
func TestPagesHaveTheSitesBranding(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`
	if err := os.WriteFile(filepath.Join(g.dir, "logo.svg"), []byte(logo), 0o600); err != nil {
		t.Fatal(err)
	}
	uri := "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(logo))
	bodies := map[string]string{}
	for branding, want := range map[string][]string{
		"": {`<span class="mark" aria-hidden="true"></span>`, `<span class="site">app.test</span>`, "<title>Not found · app.test</title>", "--button: #2c6a3e;"},
		`{ title: Fernwood Wiki, color: "#fd0" }`: {`<span class="mark"`, `<span class="site">Fernwood Wiki</span>`, "<title>Not found · Fernwood Wiki</title>", "--button: #ffdd00;"},
		`{ title: Fernwood Wiki, logo_file: logo.svg }`: {
			`<img class="logo" src="` + uri + `" alt="">`, `<span class="site">Fernwood Wiki</span>`},
		`{ title: Fernwood Wiki, logo_file: logo.svg, logo_alone: true }`: {
			`<img class="logo" src="` + uri + `" alt="Fernwood Wiki">` + "\n</header>", "<title>Not found · Fernwood Wiki</title>"},
	} {
		text := testConfig
		if branding != "" {
			text = strings.Replace(text, "    upstream:", "    branding: "+branding+"\n    upstream:", 1)
		}
		if err := os.WriteFile(filepath.Join(g.dir, "ferngate.yaml"), []byte(strings.ReplaceAll(text, "{upstream}", "http://127.0.0.1:1")), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := g.reload(); err != nil {
			t.Fatal(err)
		}
		a := g.serve(http.MethodGet, "/.ferngate/x", "", "Accept", "text/html")
		bodies[branding] = a.body
		for _, part := range want {
			if !strings.Contains(html.UnescapeString(a.body), part) {
				t.Errorf("%s: no %q in %s", branding, part, a.body)
			}
		}
		wantStyleAllowed(t, branding, a)
		// Where the host is nobody's there is no site to look like.
		other := g.serve(http.MethodGet, "/", "", "Accept", "text/html", "Host", "other.test")
		if strings.Contains(other.body, "Fernwood") || !strings.Contains(other.body, "--button: #2c6a3e;") {
			t.Errorf("%s: another host: %s", branding, other.body)
		}
		wantStyleAllowed(t, branding, other)
	}
}

// wantStyleAllowed wants a page's policy to allow its style, and no other.
func wantStyleAllowed(t *testing.T, what string, a answer) {
	t.Helper()
	style := styleElement.FindStringSubmatch(a.body)
	if style == nil {
		t.Fatalf("%s: no style in %s", what, a.body)
	}
	sum := sha256.Sum256([]byte(style[1]))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"; !strings.Contains(a.header.Get("Content-Security-Policy"), want) {
		t.Errorf("%s: no %s in %s", what, want, a.header.Get("Content-Security-Policy"))
	}
}

// Whoever comes back from a sign-in without its cookie is told why, rather than
// asked again and again.
func TestSignInTellsOfCookiesThatAreNotKept(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	const told = "Allow cookies for this site"
	here := "http://app.test" + signInPath
	for what, c := range map[string]struct {
		headers []string
		want    bool
	}{
		"back from sign-in":                 {[]string{"Referer", here + "?return_to=%2Fx"}, true},
		"with the app's cookies alone":      {[]string{"Referer", here, "Cookie", "app=1"}, true},
		"from a page":                       {[]string{"Referer", "http://app.test/x"}, false},
		"from sign-out":                     {[]string{"Referer", "http://app.test" + signOutPath}, false},
		"from nowhere":                      {nil, false},
		"from another site's sign-in":       {[]string{"Referer", "http://other.test" + signInPath}, false},
		"with a cookie that does not count": {[]string{"Referer", here, "Cookie", "ferngate=old"}, false},
		"signed in":                         {[]string{"Referer", here, "Cookie", g.signIn("alice")}, false},
		"from no address":                   {[]string{"Referer", "::"}, false},
	} {
		a := g.get(signInPath+"?return_to=/x", append(c.headers, "Accept", "text/html")...)
		if a.status != http.StatusOK || strings.Contains(a.body, told) != c.want || strings.Contains(a.body, `aria-invalid="true"`) {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
}
