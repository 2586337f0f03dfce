package watch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// maxLinks is how many symbolic links are followed; Linux allows as many.
const maxLinks = 40

// folders are what the system watches for files. A file is replaced by renaming
// another one to its name, and a Kubernetes volume by renaming a link on the
// way to it: a watch on the file itself would stay with the old one.
type folders struct {
	watcher *fsnotify.Watcher // nil: nothing is watched
	err     error             // why it is nil
	steps   map[string]bool   // of the files, at the last renew
}

// renew watches the folders that count now for these files, and no others.
func (f *folders) renew(files map[string]seen) error {
	if f.watcher == nil {
		return f.err
	}
	f.steps = map[string]bool{}
	needed := map[string]bool{}
	var errs []error
	for file := range files {
		for _, step := range steps(file) {
			f.steps[step] = true
			folder := filepath.Dir(step)
			if needed[folder] {
				continue
			}
			needed[folder] = true
			// A missing folder is a missing file, which reading it tells.
			if err := f.watcher.Add(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	for _, old := range f.watcher.WatchList() {
		if !needed[old] {
			_ = f.watcher.Remove(old) // it fails when the folder went first
		}
	}
	return errors.Join(errs...)
}

// concern reports whether a change of path can change what a file holds.
func (f *folders) concern(path string) bool { return f.steps[path] }

// events are the changes in the folders. Without a watcher there never is one.
func (f *folders) events() <-chan fsnotify.Event {
	if f.watcher == nil {
		return nil
	}
	return f.watcher.Events
}

// errors come when changes were lost.
func (f *folders) errors() <-chan error {
	if f.watcher == nil {
		return nil
	}
	return f.watcher.Errors
}

// close ends all watching.
func (f *folders) close() {
	if f.watcher != nil {
		_ = f.watcher.Close() // nobody is left to tell of an error
	}
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
