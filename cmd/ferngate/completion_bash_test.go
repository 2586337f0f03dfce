package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// bashCompletion is where systems keep what completion scripts for bash build on.
const bashCompletion = "/usr/share/bash-completion/bash_completion"

// pressTabs reads lines that begin after ferngate, and prints for each what bash
// offers when somebody presses the tabulator at its end.
const pressTabs = `
source ` + bashCompletion + `
source <(ferngate completion bash)
compopt() { :; } # which bash has within a completion alone
while IFS= read -r line; do
	COMP_LINE="ferngate $line" COMP_POINT=$((${#line} + 9)) COMP_TYPE=9 COMP_KEY=9
	IFS=' ' read -ra COMP_WORDS <<<"$COMP_LINE"
	if [[ $line == *' ' ]]; then COMP_WORDS+=(''); fi
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
	__start_ferngate ferngate
	echo "${COMPREPLY[@]%% *}"
done
`

// bash itself completes commands, flags, sites and YAML files.
func TestBashCompletes(t *testing.T) {
	_, err := exec.LookPath("bash")
	need(t, unless(err == nil, "bash"))
	_, err = os.Stat(bashCompletion)
	need(t, unless(err == nil, "bash-completion: "+bashCompletion))
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"gate.yaml": "sites:\n  - { host: app.example.com, upstream: http://127.0.0.1:3000, ferndesk: { jwt_secret: env:NOT_SET } }\n" +
			"  - { host: api.example.com, upstream: http://127.0.0.1:3000, ferndesk: { jwt_secret: env:NOT_SET } }\n",
		"notes.txt": "",
	})
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	cases := []struct{ typed, want string }{
		{"tok", "token"},
		{"token insp", "inspect"},
		{"serve --con", "--config"},
		{"token -c gate.yaml --site ", "app.example.com api.example.com"},
		{"token -c gate.yaml --site app", "app.example.com"},
		{"token inspect --config=gate.yaml --site app", "app.example.com"},
		{"serve --config ", "gate.yaml sub"},
		{"completion z", "zsh"},
		{"serve ", ""},
	}
	var typed strings.Builder
	for _, c := range cases {
		typed.WriteString(c.typed + "\n")
	}
	cmd := exec.CommandContext(t.Context(), "bash", "--norc", "--noprofile", "-c", pressTabs)
	cmd.Dir, cmd.Stdin, cmd.Stderr = dir, strings.NewReader(typed.String()), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("bash: %v", err)
	}
	offered := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(offered) != len(cases) {
		t.Fatalf("bash printed\n%s", out)
	}
	for i, c := range cases {
		if offered[i] != c.want {
			t.Errorf("%q: bash offers %q, want %q", c.typed, offered[i], c.want)
		}
	}
}
