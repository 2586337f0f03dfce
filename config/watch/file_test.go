package watch

import (
	"errors"
	"io/fs"
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
		text, err := file(filepath.Join(dir, name)).Read()
		if want == "" {
			if err != nil || len(text) != maxFile {
				t.Errorf("%s: %d bytes, %v", name, len(text), err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), "the list \"") || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: got %v, want …%s", name, err, want)
		}
		if errors.Is(err, fs.ErrNotExist) != (name == "missing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
