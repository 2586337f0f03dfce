package proxy

import (
	"net/http"
	"testing"
)

func TestIsNavigation(t *testing.T) {
	for _, c := range []struct {
		name   string
		header http.Header
		want   bool
	}{
		{"a browser opens a page", http.Header{"Sec-Fetch-Mode": {"navigate"}, "Accept": {"*/*"}}, true},
		{"fetch() over HTTPS, whatever it accepts", http.Header{"Sec-Fetch-Mode": {"cors"}, "Accept": {"text/html"}}, false},
		{"an older browser's other Sec-Fetch headers", http.Header{"Sec-Fetch-Site": {"same-origin"}, "Accept": {"text/html"}}, false},
		{"plain HTTP: a page", http.Header{"Accept": {"application/xhtml+xml, text/html;q=0.9"}}, true},
		{"plain HTTP: jQuery loading a fragment", http.Header{"Accept": {"text/html"}, "X-Requested-With": {"XMLHttpRequest"}}, false},
		{"plain HTTP: a websocket", http.Header{"Accept": {"text/html"}, "Upgrade": {"websocket"}}, false},
		{"curl", http.Header{"Accept": {"*/*"}}, false},
		{"nothing said", http.Header{}, false},
	} {
		if got := isNavigation(&http.Request{Header: c.header}); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
