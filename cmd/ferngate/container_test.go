package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The image is the same wherever it is built, and runs as nobody, without a
// capability, with nothing to write to; it ends well on SIGTERM.
func TestContainer(t *testing.T) {
	for _, program := range []string{"podman", "runc", "git"} {
		_, err := exec.LookPath(program)
		need(t, unless(err == nil, program))
	}
	image := buildImage(t, "ferngate-test-one")
	if other := buildImage(t, "ferngate-test-two"); other != image {
		t.Errorf("built elsewhere it is %s, not %s", other, image)
	}

	dir := t.TempDir()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	admin, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("listen: 127.0.0.1:%s\nadmin: { listen: 127.0.0.1:%[2]s }\nsites: [{ upstream: 'http://127.0.0.1:%[2]s' }]\n", port, admin)
	if err := os.WriteFile(filepath.Join(dir, "ferngate.yaml"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // for the container's user
		t.Fatal(err)
	}
	// What surrounds the image suits a container within a container, too.
	engine := []string{"--runtime", "runc", "--cgroup-manager", "cgroupfs"}
	container := podman(t, append(engine, "run", "--detach", "--network=host", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024",
		"--read-only", "--cap-drop=all", "--security-opt=no-new-privileges", "--volume", dir+":/etc/ferngate:ro", image)...)
	t.Cleanup(func() { podman(t, "rm", "--force", container) })
	eventually(t, "the container", func() error {
		got, err := status("http://127.0.0.1:" + port + "/healthz")
		if err == nil && got != http.StatusOK {
			err = fmt.Errorf("answers %d", got)
		}
		return err
	})
	if said := podman(t, append(engine, "exec", container, "/ferngate", "ready", "--admin", "127.0.0.1:"+admin)...); !strings.HasPrefix(said, `{"status":"ok"`) {
		t.Errorf("ready says %s", said)
	}

	process, err := os.ReadFile("/proc/" + podman(t, "inspect", "--format", "{{.State.Pid}}", container) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Uid:\t65532\t65532\t65532\t65532", "Gid:\t65532\t65532\t65532\t65532", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"} {
		if !strings.Contains(string(process), "\n"+want+"\n") {
			t.Errorf("its process has no %q:\n%s", want, process)
		}
	}
	podman(t, "stop", "--time", "40", container)
	if code := podman(t, "inspect", "--format", "{{.State.ExitCode}}", container); code != "0" {
		t.Errorf("stopped, it exits with %s", code)
	}
}

// buildImage builds the image from a copy of this checkout, and returns its id,
// which is the digest of its config and so of all that is in it.
func buildImage(t *testing.T, tag string) string {
	t.Helper()
	checkout := filepath.Join(t.TempDir(), tag)
	if err := os.CopyFS(checkout, os.DirFS("../..")); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), filepath.Join(checkout, "deploy/container/build.sh"), tag)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() { podman(t, "rmi", "--force", tag) })
	return podman(t, "inspect", "--format", "{{.Id}}", tag)
}

// podman returns what it prints.
func podman(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("podman", args...) // also after the test's context
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("podman %s: %v\n%s%s", strings.Join(args, " "), err, out, exitText(err))
	}
	return strings.TrimSpace(string(out))
}

// exitText is what a program that failed had to say.
func exitText(err error) []byte {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.Stderr
	}
	return nil
}
