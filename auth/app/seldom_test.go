package app

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// constant answers everybody the same.
type constant struct {
	status int
	body   string
}

// RoundTrip implements http.RoundTripper.
func (c constant) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(c.body)),
	}, nil
}

// A mapping that has become wrong would make strangers of everybody, in silence.
func TestWhatLooksLikeAFaultOfTheMappingIsSaidSeldom(t *testing.T) {
	for name, c := range map[string]struct {
		app  constant
		want string
	}{
		"a page that is gone":     {constant{404, "{}"}, "/me was answered 404"},
		"some values but not all": {constant{200, `{"login":"alice"}`}, "/me: email was not found, but others were"},
		"a stranger":              {constant{401, "{}"}, ""},
		"no value at all":         {constant{200, "{}"}, ""},
		"a person":                {constant{200, `{"login":"alice","email":"a@corp.test"}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				core, log := observer.New(zap.InfoLevel)
				_, m := newStub(t)
				m.answers.log, m.whoami.transport = zap.New(core), c.app
				ask := func(cookies ...string) (said []string) {
					for _, cookie := range cookies {
						m.Identify(t.Context(), request("GET /", cookie), nil, Exact)
					}
					for _, e := range log.TakeAll() {
						said = append(said, e.ContextMap()["reason"].(string))
					}
					return said
				}
				for range 2 {
					if got := strings.Join(ask("sid=1", "sid=2", "sid=3"), "; "); got != c.want {
						t.Errorf("it says %q, want %q", got, c.want)
					}
					time.Sleep(10 * time.Minute)
				}
			})
		})
	}
}
