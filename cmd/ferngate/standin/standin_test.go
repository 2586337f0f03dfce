package standin

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHandler_SDK(t *testing.T) {
	w := httptest.NewRecorder()
	Handler([]byte("a secret"), "Help.Example.co.uk.").ServeHTTP(w, httptest.NewRequest(http.MethodGet, SDKPath, nil))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if body := w.Body.String(); !strings.Contains(body, `const center = {"host":"help.example.co.uk","root":"example.co.uk"};`) ||
		strings.Contains(body, "a secret") {
		t.Errorf("the SDK is %s", body)
	}
}

func TestCenterAt(t *testing.T) {
	for host, root := range map[string]string{
		"help.example.com":         "example.com",
		"a.help.example.com":       "example.com",
		"example.com":              "example.com",
		"help.example.co.uk":       "example.co.uk",
		"fernwood.github.io":       "fernwood.github.io", // github.io is nobody's
		"help.fernwood.github.io.": "fernwood.github.io",
		"localhost":                "localhost",
		"127.0.0.1":                "127.0.0.1",
		"::1":                      "::1",
		"co.uk":                    "co.uk",
	} {
		if got := centerAt(host); got.Root != root {
			t.Errorf("%s: root %s, want %s", host, got.Root, root)
		}
	}
}
