package config

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// parseInject parses a config whose one site has the lines in inject, and returns it with the keys of its warnings.
func parseInject(t *testing.T, lines string) (*Inject, []string) {
	t.Helper()
	t.Setenv("JWT", strings.Repeat("j", 40))
	t.Setenv("KEY", testKey(1))
	c, warnings, err := Parse("ferngate.yaml", []byte("listen: 127.0.0.1:8080\nsession: { keys: [env:KEY] }\nsites:\n  - upstream: http://127.0.0.1:3000\n"+
		"    sign_in: { password: { users_file: users.yaml } }\n    ferndesk: { jwt_secret: env:JWT, help_center: 127.0.0.1, widget_id: widget_demo }\n"+lines))
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, w := range warnings {
		key, _, _ := strings.Cut(w.Problem, ":")
		keys = append(keys, key)
	}
	return &c.Sites[0].Inject, keys
}

func TestInjectDefaults(t *testing.T) {
	i, _ := parseInject(t, "")
	if i.SDKURL.String() != "https://static.ferndesk.com/dist/sdk.js" {
		t.Errorf("the SDK is %v", i.SDKURL)
	}
	i.SDKURL = nil
	if diff := cmp.Diff(&Inject{Enabled: true, Paths: []string{"*"}}, i); diff != "" {
		t.Error(diff)
	}
}

// TestInjectOnOneMachine is what the demo and tests have: everything on a loopback address, and no host.
func TestInjectOnOneMachine(t *testing.T) {
	i, warnings := parseInject(t, "    inject: { sdk_url: http://127.0.0.1:8081/dist/sdk.js, delay: 10m, csp_sources: [ws://localhost:1, https://CDN.example.com/Img/] }\n")
	if diff := cmp.Diff([]string{"sites[0].ferndesk"}, warnings); diff != "" {
		t.Errorf("warnings, want the one of a site without host (-want +got):\n%s", diff)
	}
	got := []any{i.SDKURL.String(), i.Delay, i.CSPSources}
	want := []any{"http://127.0.0.1:8081/dist/sdk.js", 10 * time.Minute, []string{"ws://localhost:1", "https://cdn.example.com/Img/"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestOptionsKeepTheirKind: what the file writes as a text is a text, whatever it looks like.
func TestOptionsKeepTheirKind(t *testing.T) {
	i, warnings := parseInject(t, `    inject:
      init:
        open: true
        hideLauncher: false
        count: 5
        least: -1
        ratio: 0.10
        large: 1e3
        exact: 9007199254740991
        quoted: "5"
        single: 'true'
        plain: yes
        date: 2026-01-02
        markup: </script><!--
        lines: |
          5
        version: 1.2.3
        reference: &five 5
        repeated: *five
        color: "#fff"
        empty: ""
`)
	if len(warnings) != 1 {
		t.Error(warnings)
	}
	made, err := json.Marshal(i.Init)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"color":"#fff","count":5,"date":"2026-01-02","empty":"","exact":9007199254740991,"hideLauncher":false,"large":1e3,"least":-1,` +
		`"lines":"5\n","markup":"\u003c/script\u003e\u003c!--","open":true,"plain":"yes","quoted":"5","ratio":0.10,"reference":5,"repeated":5,` +
		`"single":"true","version":"1.2.3"}`
	if diff := cmp.Diff(want, string(made)); diff != "" {
		t.Error(diff)
	}
}
