package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// readRegular reads a file that the config names, up to max bytes and one more.
// problem says why it cannot be read, and is empty when it can.
func readRegular(path string, max int64) (content []byte, mode fs.FileMode, problem string) {
	what := "the file " + quoted(path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, what + " " + whyUnreadable(err)
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, 0, what + " is a folder or a device, not a file"
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, what + " " + whyUnreadable(err)
	}
	defer f.Close()
	if content, err = io.ReadAll(io.LimitReader(f, max+1)); err != nil {
		return nil, 0, what + " " + whyUnreadable(err)
	}
	return content, info.Mode(), ""
}

// warnReadable warns of a secret's file that everybody else can read, too.
func (r *Report) warnReadable(key, path string, mode fs.FileMode) {
	if mode.Perm()&0o004 != 0 {
		r.Warn(key, "the file "+quoted(path)+" can be read by everybody on this machine", "run chmod o-r on it")
	}
}

// warnWritable warns of a file that everybody else can write, although it says who
// may sign in. One that is not there is for those to tell who read it.
func (r *Report) warnWritable(key, path string) {
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o002 != 0 {
		r.Warn(key, "the file "+quoted(path)+" can be written by everybody on this machine", "run chmod o-w on it")
	}
}

// whyUnreadable says why a file could not be read.
func whyUnreadable(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read by ferngate's user"
	}
	return "cannot be read"
}

// otherFile is the mend for a file that cannot be read.
const otherFile = "write the name of a file that ferngate may read"
