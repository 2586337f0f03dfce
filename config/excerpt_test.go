package config

import (
	"strings"
	"testing"
)

// TestNoLineShowsASecret writes a secret in place of a reference, in the forms
// that YAML has for it, and looks at every line of the file as excerpts show it.
func TestNoLineShowsASecret(t *testing.T) {
	for _, src := range []string{
		"jwt_secret: hunter2 # hunter2",
		"jwt_secret: 'hunter2'",
		"jwt_secret: \"hunter2 \\\" hunter2\"",
		"jwt_secret: hunter2\n        hunter2\n        hunter2",
		"jwt_secret: \"hunter2\n        hunter2\"",
		"jwt_secret: |\n        hunter2\n\n        hunter2 # hunter2",
		"jwt_secret: >-\n        hunter2\n         hunter2\n",
		"jwt_secret:\n        hunter2",
		"jwt_secret: [hunter2, hunter2]",
		"jwt_secret: [hunter2,\n  hunter2\n  ]",
		"jwt_secret: { env: hunter2, hunter2: x }",
		"jwt_secret:\n        env: hunter2\n        hunter2: hunter2",
		"jwt_secret:\n        - hunter2\n        - - hunter2",
		"jwt_secret: !!str hunter2",
		"jwt_secret: &a hunter2",
		"jwt_secret: ! \"hunter2\"",
		"token_path: &a hunter2\n      jwt_secret: *a",
		"jwt_secret: env:KEY\n      jwt_secret: hunter2",
		"jwt_secert: hunter2",
		"? jwt_secret\n      : hunter2",
		"? { hunter2: hunter2 }\n      : hunter2",
		"<<: { jwt_secret: hunter2 }",
		"<<: hunter2",
		"token_ttl: { jwt: { secret: 1 } } # hunter2",
		"jwt_secret: //user:hunter2@host",
		"help_center: https://user:hunter2@host/hunter@x",
		"jwt_secret: \"hunter2\"\r\n      token_ttl: x",
		"\"jwt_secret\": hünter2hunter2",
	} {
		text := "sites:\n  - upstream: http://127.0.0.1:3000\n    ferndesk:\n      " + src + "\n      token_ttl: 1 # hunter2\n"
		r := Decode("ferngate.yaml", []byte(text), &Config{})
		validate(&Config{}, r)
		if err := r.Err(); err == nil || strings.Contains(err.Error(), "hunter") {
			t.Errorf("%q: got %v", src, err)
		}
		if r.stopped {
			continue // no line of it is shown
		}
		for i := range r.excerpts.lines {
			if line := r.excerpts.line(place{i + 1, 1}); strings.Contains(line, "hunter") {
				t.Errorf("%q: line %d is shown as %s", src, i+1, line)
			}
		}
	}
}

func TestALongLineIsShownAroundItsPlace(t *testing.T) {
	e := newExcerpts(strings.Repeat("a", 200) + " here " + strings.Repeat("b", 200))
	line := e.line(place{1, 202})
	if !strings.Contains(line, "here") || len([]rune(line)) > maxExcerpt+4 || !strings.HasPrefix(line, "… a") || !strings.HasSuffix(line, "b …") {
		t.Errorf("got %s", line)
	}
}

// TestFaultsAreSafeToPrint has what a terminal would act on.
func TestFaultsAreSafeToPrint(t *testing.T) {
	r := Decode("ferngate.yaml", []byte("\"a\\eb\": x\nlisten: [\"\x1b[31m\u202e\"]\nlog: { level: \"\\e\\n\\0\" }\n"), &Config{})
	if err := r.Err(); err == nil || strings.ContainsAny(err.Error(), "\x1b\u202e\x00") {
		t.Errorf("got %q", err)
	}
}
