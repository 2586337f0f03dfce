// Package watch reads the files that a config names, and tells when one of them
// changes while ferngate runs: an operator edits it in place, a deployment renames
// another over it, or swaps a link on the way to it.
package watch

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/ferngate/ferngate/config"
)

// maxFile is the largest file that is read, in bytes.
const maxFile = 4 << 20

// File is a file that the config names.
type File struct {
	// Path is the file's name.
	Path string
	// What is what logs and errors call it, such as "users file".
	What string
	// Setting is the config's key that names it, such as "sign_in.password.users_file".
	Setting string
}

// Unreadable is the error of a file that cannot be read.
type Unreadable struct {
	// Problem names the file and says what is wrong with it; Mend is what to do.
	Problem, Mend string

	err error // of package os
}

// Error implements error.
func (u *Unreadable) Error() string { return u.Problem + ": " + u.Mend }

// Unwrap returns the error of package os.
func (u *Unreadable) Unwrap() error { return u.err }

// errTooLarge is the error of a file that is larger than 4 MiB.
var errTooLarge = errors.New("larger than 4 MiB")

// errNotRegular is the error of what is there and is no file to read.
var errNotRegular = errors.New("irregular")

// Report adds what parsing the file found wrong to the report of the config
// that names it under a key: the file's own faults, each with its place there, or
// why it cannot be read.
func Report(err error, key string, r *config.Report) {
	if faults, ok := errors.AsType[config.Faults](err); ok {
		r.Include(faults)
		return
	}
	if u, ok := errors.AsType[*Unreadable](err); ok {
		r.Reject(key, u.Problem, u.Mend)
	}
}

// Read reads the file, which must be a regular one of at most 4 MiB. The error
// is *Unreadable.
func (f File) Read() ([]byte, error) {
	text, err := readBounded(f.Path)
	if err != nil {
		return nil, f.explain(err)
	}
	return text, nil
}

// explain says what could not be read, and what to do about it.
func (f File) explain(err error) *Unreadable {
	problem, mend := "cannot be read", "write the name of a file that ferngate may read in "+f.Setting
	switch {
	case errors.Is(err, fs.ErrNotExist):
		problem, mend = "does not exist", "create it, or correct "+f.Setting
	case errors.Is(err, fs.ErrPermission):
		problem, mend = "may not be read by ferngate's user", "let that user read it, and enter the folders above it"
	case errors.Is(err, errNotRegular):
		problem = "is a folder or a device, not a file"
	case errors.Is(err, errTooLarge):
		problem, mend = "is larger than 4 MiB", "check that "+f.Setting+" names the file that you mean"
	}
	return &Unreadable{fmt.Sprintf("the %s %q %s", f.What, f.Path, problem), mend, err}
}

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, errNotRegular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = errTooLarge
	}
	return text, err
}
