package systemd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mostExposed is what systemd-analyze may make of the unit, in tenths: 10.0 is as
// exposed as can be, and 2.0 "OK".
const mostExposed = "20"

// The units of deploy/systemd, as they stand and with what they can be changed by,
// have no mistake that systemd knows of, and little that an intruder could use.
func TestUnits(t *testing.T) {
	need(t, "systemd-analyze")
	for name, dropIns := range map[string][]string{"as they stand": nil, "on port 443": {"port-443.conf"}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			service := copyUnit(t, "ferngate.service", dir)
			socket := copyUnit(t, "ferngate.socket", dir)
			for _, dropIn := range dropIns {
				copyUnit(t, dropIn, service+".d")
			}
			analyze(t, "verify", "--man=no", "--recursive-errors=no", service, socket)
			analyze(t, "security", "--offline=true", "--threshold="+mostExposed, service)
		})
	}
}

// copyUnit copies a file of deploy/systemd, and names a program that this machine
// has: systemd-analyze looks whether there is one.
func copyUnit(t *testing.T, name, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../deploy/systemd", name))
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(dir, name)
	if err := os.WriteFile(to, []byte(strings.ReplaceAll(string(text), "/usr/local/bin/ferngate", program)), 0o644); err != nil {
		t.Fatal(err)
	}
	return to
}

func analyze(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", args...).CombinedOutput()
	if err != nil || args[0] == "verify" && len(out) > 0 {
		t.Errorf("systemd-analyze %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// need skips a test whose program this machine lacks; with FERNGATE_E2E=1, which
// says that all have been installed, it fails, and with FERNGATE_E2E=0 it skips
// in any case.
func need(t *testing.T, program string) {
	t.Helper()
	_, err := exec.LookPath(program)
	switch e2e := os.Getenv("FERNGATE_E2E"); {
	case e2e == "0":
		t.Skip("left out: FERNGATE_E2E=0")
	case err != nil && e2e == "1":
		t.Fatal("FERNGATE_E2E=1, but missing: " + program)
	case err != nil:
		t.Skip("missing: " + program)
	}
}
