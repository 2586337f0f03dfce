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
