package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// maxLinks is how many symbolic links are followed; Linux allows as many.
const maxLinks = 40

// watches are the folders to watch for a file. A file is replaced by renaming
// another one to its name, and a Kubernetes volume by renaming a link on the
// way to it: a watch on the file itself would stay with the old one.
type watches struct {
	file    string
	watcher *fsnotify.Watcher // nil: nothing is watched
	steps   []string          // of file, at the last renew
}

// renew watches the folders that count now, and no others.
func (ws *watches) renew() error {
	if ws.watcher == nil {
		return nil
	}
	ws.steps = steps(ws.file)
	var errs []error
	folders := make([]string, len(ws.steps))
	for i, step := range ws.steps {
		folders[i] = filepath.Dir(step)
		// A missing folder is a missing file, which reading it tells.
		if err := ws.watcher.Add(folders[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	for _, old := range ws.watcher.WatchList() {
		if !slices.Contains(folders, old) {
			_ = ws.watcher.Remove(old) // it fails when the folder went first
		}
	}
	return errors.Join(errs...)
}

// concern reports whether a change of path can change what the file holds.
func (ws *watches) concern(path string) bool { return slices.Contains(ws.steps, path) }

// events are the changes in the folders. Without a watcher there never is one.
func (ws *watches) events() <-chan fsnotify.Event {
	if ws.watcher == nil {
		return nil
	}
	return ws.watcher.Events
}

// errors come when changes were lost.
func (ws *watches) errors() <-chan error {
	if ws.watcher == nil {
		return nil
	}
	return ws.watcher.Errors
}

// steps returns every path that decides what file is: the symbolic links on
// the way to it, in its folders' names too, then the file at the end. Each is
// free of links but for its last element. What is missing is taken as no link.
func steps(file string) []string {
	root := string(filepath.Separator)
	if absolute, err := filepath.Abs(file); err == nil {
		file = absolute
	}
	var found []string
	at, rest := root, file
	for rest != "" {
		var name string
		name, rest, _ = strings.Cut(strings.TrimLeft(rest, root), root)
		path := filepath.Join(at, name)
		target, err := os.Readlink(path)
		if err != nil || len(found) == maxLinks {
			at = path
			continue
		}
		found = append(found, path)
		if filepath.IsAbs(target) {
			at = root
		}
		rest = target + root + rest
	}
	return append(found, at)
}
