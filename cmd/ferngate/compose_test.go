package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy"
)

// The folder of compose is what compose takes, and its config what ferngate takes,
// with the warnings that the README speaks of.
func TestCompose(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../deploy/compose")); err != nil {
		t.Fatal(err)
	}
	secrets := filepath.Join(dir, "secrets")
	if err := os.MkdirAll(secrets, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFiles(t, secrets, map[string]string{"session_key": strings.Repeat("c2Vzc2lvbiBrZXk", 4), "jwt_secret": strings.Repeat("s", 40)})

	path := filepath.Join(dir, "ferngate/ferngate.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	inContainer := strings.ReplaceAll(string(text), "/run/secrets", secrets)
	if err := os.WriteFile(path, []byte(inContainer), 0o600); err != nil {
		t.Fatal(err)
	}
	_, warnings, err := config.Load(path, proxy.CheckFiles)
	if err != nil {
		t.Fatal(err)
	}
	var warned []string
	for _, w := range warnings {
		key, _, _ := strings.Cut(w.Problem, ":")
		warned = append(warned, key)
	}
	if want := []string{"listen", "sites[0].ferndesk"}; !slices.Equal(warned, want) {
		t.Errorf("warnings of %q, want %q: %v", warned, want, warnings)
	}

	_, err = exec.LookPath("docker-compose")
	need(t, unless(err == nil, "docker-compose"))
	read := exec.CommandContext(t.Context(), "docker-compose", "--file", "compose.yaml", "config", "--quiet")
	read.Dir = dir
	if out, err := read.CombinedOutput(); err != nil {
		t.Errorf("docker-compose config: %v\n%s", err, out)
	}
}
