package widget

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// site is a site with the least that there must be.
func site() (config.Ferndesk, config.Inject) {
	sdk := &url.URL{Scheme: "https", Host: "static.ferndesk.com", Path: "/dist/sdk.js"}
	return config.Ferndesk{WidgetID: "widget_01", TokenPath: []string{"/api/ferndesk-token", "/other"}}, config.Inject{Enabled: true, SDKURL: sdk}
}

func render(t *testing.T, f config.Ferndesk, in config.Inject) *Script {
	t.Helper()
	s, err := New(f, in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func plain(t *testing.T) *Script {
	t.Helper()
	f, in := site()
	return render(t, f, in)
}

// settingsOf reads them back from the script.
func settingsOf(t *testing.T, s *Script) string {
	t.Helper()
	_, rest, _ := strings.Cut(string(s.Body()), "const settings = ")
	line, _, found := strings.Cut(rest, ";\n")
	if !found || !json.Valid([]byte(line)) {
		t.Fatalf("settings %q", line)
	}
	return line
}

func TestNew_TheLeast(t *testing.T) {
	want := `{"init":{"widgetId":"widget_01"},"sdk":"https://static.ferndesk.com/dist/sdk.js","token":"/api/ferndesk-token",` +
		`"whoami":"/.ferngate/whoami","idle":false,"delay":0,"consent":null}`
	if got := settingsOf(t, plain(t)); got != want {
		t.Errorf("settings %s", got)
	}
}

func TestNew_Everything(t *testing.T) {
	f, in := site()
	in.Init = map[string]config.Option{"open": "true", "size": "2.5", "greeting": `"SETTINGS </script>` + "\u2028" + `"`, "widgetId": `"another"`}
	in.Idle, in.Delay, in.Consent = true, 1500*time.Millisecond, &config.Consent{Event: "agreed", Cookie: "consent=yes"}
	want := `{"init":{"greeting":"SETTINGS \u003c/script\u003e\u2028","open":true,"size":2.5,"widgetId":"widget_01"},` +
		`"sdk":"https://static.ferndesk.com/dist/sdk.js","token":"/api/ferndesk-token","whoami":"/.ferngate/whoami",` +
		`"idle":true,"delay":1500,"consent":{"event":"agreed","cookie":"consent=yes"}}`
	if got := settingsOf(t, render(t, f, in)); got != want {
		t.Errorf("settings %s", got)
	}
}

func TestNew_WithoutWhatItNeeds(t *testing.T) {
	for what, spoil := range map[string]func(*config.Ferndesk, *config.Inject){
		"no widget_id":  func(f *config.Ferndesk, _ *config.Inject) { f.WidgetID = "" },
		"no token_path": func(f *config.Ferndesk, _ *config.Inject) { f.TokenPath = nil },
		"no sdk_url":    func(_ *config.Ferndesk, in *config.Inject) { in.SDKURL = nil },
	} {
		f, in := site()
		spoil(&f, &in)
		if _, err := New(f, in); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Every setting is part of the version, so that a page never gets an older script from a cache.
func TestHash_IsOverTheSettings(t *testing.T) {
	f, in := site()
	first := render(t, f, in)
	if again := render(t, f, in); again.Hash() != first.Hash() {
		t.Errorf("%s became %s", first.Hash(), again.Hash())
	}
	f.WidgetID = "widget_02"
	if other := render(t, f, in); other.Hash() == first.Hash() || len(other.Hash()) != 16 {
		t.Errorf("%s and %s", first.Hash(), other.Hash())
	}
}

func TestIntegrity_IsOfTheBody(t *testing.T) {
	s := plain(t)
	sum := sha256.Sum256(s.Body())
	if want := "sha256-" + base64.StdEncoding.EncodeToString(sum[:]); s.Integrity() != want {
		t.Errorf("%s, want %s", s.Integrity(), want)
	}
}

func TestElement(t *testing.T) {
	s := plain(t)
	src := `<script async="" src="/.ferngate/widget.js?v=` + s.Hash() + `"`
	long := strings.Repeat("n", 100)
	for _, c := range []struct {
		nonce     string
		integrity bool
		want      string
	}{
		{"", false, src + `></script>`},
		{"r4nd0m+/=", false, src + ` nonce="r4nd0m+/="></script>`},
		{long, false, src + ` nonce="` + long + `"></script>`},
		{"", true, src + ` integrity="` + s.Integrity() + `"></script>`},
		{"r4nd0m+/=", true, src + ` nonce="r4nd0m+/=" integrity="` + s.Integrity() + `"></script>`},
		{long, true, ""},
	} {
		got := s.Element(c.nonce, c.integrity)
		if got != c.want || len(got) > 200 {
			t.Errorf("%q %t: %d bytes %s", c.nonce, c.integrity, len(got), got)
		}
	}
}
