package visit

import (
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// publicly is what the browsers of these tests show in their address bar.
const publicly = "https://app.example.com"

// browserOf goes to an app behind a gateway that speaks of it as publicly.
func browserOf(t *testing.T, app http.Handler) *Browser { return browserOfHost(t, "", app) }

// browserOfHost is browserOf where the app is sent another Host.
func browserOfHost(t *testing.T, hostHeader string, app http.Handler) *Browser {
	t.Helper()
	server := httptest.NewServer(app)
	t.Cleanup(server.Close)
	origin, err := url.Parse(publicly)
	if err != nil {
		t.Fatal(err)
	}
	upstream, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return New(origin, &config.Upstream{URL: upstream, HostHeader: hostHeader}, &http.Transport{DisableCompression: true}, http.Header{"User-Agent": {"a browser's"}})
}

const signInPage = `<form method=post action=/check><input type=hidden name=t value=1><input name=user><input type=password name=pw></form>`

// exchanges are the browser's, one a line.
func exchanges(b *Browser) string {
	var lines []string
	for _, x := range b.Exchanges {
		lines = append(lines, fmt.Sprintf("%s %s %d", x.Method, x.URL, x.Status))
	}
	return strings.Join(lines, "\n")
}

func TestSignInFollowsTheAppAndKeepsItsCookies(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "pre=1; Path=/check")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		fmt.Fprint(z, signInPage)
		z.Close()
	})
	mux.HandleFunc("POST /check", func(w http.ResponseWriter, r *http.Request) {
		for _, tt := range []struct{ what, got, want string }{
			{"host", r.Host, "app.example.com"},
			{"origin", r.Header.Get("Origin"), publicly},
			{"referer", r.Header.Get("Referer"), publicly + "/login?back=%2F"},
			{"user agent", r.UserAgent(), "a browser's"},
			{"cookie", r.Header.Get("Cookie"), "pre=1"},
			{"token", r.PostFormValue("t"), "1"},
			{"login", r.PostFormValue("user"), "alice"},
			{"password", r.PostFormValue("pw"), "secret"},
		} {
			if tt.got != tt.want {
				t.Errorf("%s: %q, want %q", tt.what, tt.got, tt.want)
			}
		}
		w.Header().Add("Set-Cookie", "sid=2; Path=/; Secure; HttpOnly")
		http.Redirect(w, r, publicly+"/one", http.StatusFound)
	})
	mux.HandleFunc("GET /one", func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Cookie"); got != "sid=2" {
			t.Errorf("/one is asked with %q", got)
		}
		http.Redirect(w, r, "two?x=1", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /two", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "welcome") })

	b := browserOf(t, mux)
	asksAgain, err := b.SignIn(t.Context(), "/login?back=%2F", "alice", "secret")
	if err != nil || asksAgain {
		t.Fatalf("asks again: %v, %v", asksAgain, err)
	}
	want := `GET https://app.example.com/login?back=%2F 200
POST https://app.example.com/check 302
GET https://app.example.com/one 303
GET https://app.example.com/two?x=1 200`
	if got := exchanges(b); got != want {
		t.Errorf("went\n%s\nwant\n%s", got, want)
	}
	if sent, _ := b.Jar.For([]string{"app.example.com"}, "/"); Header(sent) != "sid=2" {
		t.Errorf("keeps %q", Header(sent))
	}
}

// The password goes to the app and to nobody else, wherever the app's answers lead.
func TestSignInNeverLeavesTheApp(t *testing.T) {
	const elsewhere = "https://evil.example.net"
	for _, tt := range []struct {
		name string
		page http.HandlerFunc
	}{
		{"a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere+"/login", http.StatusFound)
		}},
		{"a redirect without a scheme", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "//evil.example.net/login")
			w.WriteHeader(http.StatusFound)
		}},
		{"another port of this host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, publicly+":8443/login", http.StatusFound)
		}},
		{"a form's action", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, strings.Replace(signInPage, "/check", elsewhere, 1))
		}},
		{"a base", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<base href="+elsewhere+">"+signInPage)
		}},
		{"no web address", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, strings.Replace(signInPage, "/check", "javascript:sign()", 1))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := browserOf(t, tt.page)
			if _, err := b.SignIn(t.Context(), "/login", "alice", "secret"); !errors.Is(err, ErrElsewhere) {
				t.Errorf("got %v, want ErrElsewhere", err)
			}
			if got := exchanges(b); strings.Contains(got, "POST") || len(b.Exchanges) != 1 {
				t.Errorf("went\n%s", got)
			}
		})
	}
}

// A password that was sent once may be sent again only where HTTP says so, and
// only to the app.
func TestRedirectAfterThePassword(t *testing.T) {
	for _, tt := range []struct {
		status int
		to     string
		want   string // the requests after the form's
	}{
		{http.StatusFound, "/end", "GET"},
		{http.StatusMovedPermanently, "/end", "GET"},
		{http.StatusTemporaryRedirect, "/end", "POST"},
		{http.StatusTemporaryRedirect, "https://evil.example.net/", ""},
		{http.StatusFound, "https://evil.example.net/", ""},
	} {
		t.Run(fmt.Sprintf("%d to %s", tt.status, tt.to), func(t *testing.T) {
			mux := http.NewServeMux()
			mux.HandleFunc("GET /login", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, signInPage) })
			mux.HandleFunc("POST /check", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Add("Set-Cookie", "sid=2; Path=/")
				http.Redirect(w, r, tt.to, tt.status)
			})
			mux.HandleFunc("/end", func(w http.ResponseWriter, r *http.Request) {
				if sent := r.PostFormValue("pw") != ""; sent != (r.Method == http.MethodPost) {
					t.Errorf("%s with a password: %v", r.Method, sent)
				}
			})
			b := browserOf(t, mux)
			if _, err := b.SignIn(t.Context(), "/login", "alice", "secret"); err != nil {
				t.Fatal(err)
			}
			var after []string
			for _, x := range b.Exchanges[2:] {
				after = append(after, x.Method)
			}
			if got := strings.Join(after, " "); got != tt.want {
				t.Errorf("then %q, want %q", got, tt.want)
			}
			if sent, _ := b.Jar.For([]string{"app.example.com"}, "/"); Header(sent) != "sid=2" {
				t.Errorf("keeps %q", Header(sent))
			}
		})
	}
}

func TestSignInGivesUp(t *testing.T) {
	for _, tt := range []struct {
		name string
		page http.HandlerFunc
		want string
	}{
		{"redirects without end", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }, "redirects more than 10 times"},
		{"an encoding that was not asked for", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "x")
		}, "only gzip can be read"},
		{"no gzip", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, signInPage)
		}, "gzip: invalid header"},
		{"a malformed address", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://[")
			w.WriteHeader(http.StatusFound)
		}, "redirects to a malformed address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := browserOf(t, tt.page).SignIn(t.Context(), "/login", "alice", "secret")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestPageThatAsksAgainIsTold(t *testing.T) {
	b := browserOf(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, signInPage) }))
	if asksAgain, err := b.SignIn(t.Context(), "/login", "alice", "wrong"); err != nil || !asksAgain {
		t.Errorf("asks again: %v, %v", asksAgain, err)
	}
}

// An app that is sent another Host leads to that, and sets cookies for it; the
// browser is at the public one all the time.
func TestSignInToAnAppThatIsSentAnotherHost(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET app.internal/login", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, signInPage) })
	mux.HandleFunc("POST app.internal/check", func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != publicly {
			t.Errorf("Origin %s", origin)
		}
		w.Header().Add("Set-Cookie", "session=1; Domain=app.internal; Path=/")
		http.Redirect(w, r, "http://app.internal/home", http.StatusFound)
	})
	mux.HandleFunc("GET app.internal/home", func(w http.ResponseWriter, r *http.Request) {
		if cookie := r.Header.Get("Cookie"); cookie != "session=1" {
			t.Errorf("Cookie %s", cookie)
		}
	})
	b := browserOfHost(t, "app.internal", mux)
	if asksAgain, err := b.SignIn(t.Context(), "/login", "ada", "secret"); err != nil || asksAgain {
		t.Error(asksAgain, err)
	}
	want := "GET https://app.example.com/login 200\nPOST https://app.example.com/check 302\nGET http://app.internal/home 200"
	if got := exchanges(b); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
