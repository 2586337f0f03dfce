package app

import (
	"net/http"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

func TestACookieThatNoPatternNamesIsSpokenOfOnce(t *testing.T) {
	for name, c := range map[string]struct {
		set  []string
		want string
	}{
		"none":                   {nil, ""},
		"one that script reads":  {[]string{"theme=1"}, ""},
		"a wrong name":           {[]string{"PHPSESSID=1; HttpOnly", "other=1; HttpOnly"}, "PHPSESSID"},
		"the right one was seen": {[]string{"sid=1; HttpOnly", "other=1; HttpOnly"}, ""},
		"one that is cleared":    {[]string{"old=; HttpOnly; Max-Age=0"}, ""},
	} {
		core, log := observer.New(zap.InfoLevel)
		_, m := newStub(t)
		m.log = zap.New(core)
		for range 2 {
			m.Signal(request("GET /", ""), 200, http.Header{"Set-Cookie": c.set})
		}
		got := ""
		for _, e := range log.All() {
			got += e.ContextMap()["cookie"].(string)
		}
		if got != c.want {
			t.Errorf("%s: it speaks of %q, want %q", name, got, c.want)
		}
	}
}
