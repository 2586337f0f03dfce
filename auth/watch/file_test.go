package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "full"), strings.Repeat("#", maxFile))
	write(t, filepath.Join(dir, "too full"), strings.Repeat("#", maxFile+1))
	folder(t, dir, "folder")
	for name, want := range map[string]string{
		"full":     "",
		"missing":  "does not exist: create it, or correct the.list",
		"too full": "is larger than 4 MiB: check that the.list names the file that you mean",
		"folder":   "is a folder or a device, not a file: write the name of a file that ferngate may read in the.list",
	} {
		c := file(filepath.Join(dir, name)).Read()
		if want == "" {
			if c.Err != nil || len(c.Text) != maxFile {
				t.Errorf("%s: %d bytes, %v", name, len(c.Text), c.Err)
			}
			continue
		}
		if c.Err == nil || !strings.HasPrefix(c.Err.Error(), "the list \"") || !strings.HasSuffix(c.Err.Error(), want) {
			t.Errorf("%s: got %v, want …%s", name, c.Err, want)
		}
		if errors.Is(c.Err, fs.ErrNotExist) != (name == "missing") {
			t.Errorf("%s: %v", name, c.Err)
		}
	}
}

func TestSameContentIsSame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	f := file(path)
	missing := f.Read()
	write(t, path, "a")
	first := f.Read()
	write(t, path, "a")
	second := f.Read()
	write(t, path, "b")
	third := f.Read()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if !first.Same(second) || second.Same(third) || first.Same(missing) || !missing.Same(f.Read()) {
		t.Error("what is the same is told wrongly")
	}
}
