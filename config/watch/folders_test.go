package watch

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestStepsAreAllLinksOnTheWay(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	etc := folder(t, root, "etc")
	folder(t, etc, "..2026_01")
	folder(t, root, "opt", "v1", "conf")
	link(t, "..2026_01", filepath.Join(etc, "..data"))
	link(t, "..data/users.yaml", filepath.Join(etc, "users.yaml"))
	link(t, "v1", filepath.Join(root, "opt", "current"))
	link(t, filepath.Join(root, "opt", "current", "conf", "..", "conf", "u.yaml"), filepath.Join(etc, "far.yaml"))
	link(t, "loop", filepath.Join(etc, "loop"))

	for file, want := range map[string][]string{
		"etc/plain.yaml":           {"etc/plain.yaml"},
		"etc/missing/x/plain.yaml": {"etc/missing/x/plain.yaml"},
		"etc/users.yaml":           {"etc/users.yaml", "etc/..data", "etc/..2026_01/users.yaml"},
		"etc/far.yaml":             {"etc/far.yaml", "opt/current", "opt/v1/conf/u.yaml"},
	} {
		for i := range want {
			want[i] = filepath.Join(root, want[i])
		}
		if got := steps(filepath.Join(root, file)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
	if n := len(steps(filepath.Join(etc, "loop"))); n != maxLinks+1 {
		t.Errorf("a loop of links: %d steps", n)
	}
}
