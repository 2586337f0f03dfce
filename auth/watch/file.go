// Package watch reads files that may change while ferngate runs: an operator
// edits one in place, a deployment renames another over it, or swaps a link on
// the way to it.
package watch

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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

// Content is what a file held, or why it could not be read.
type Content struct {
	// Text is what it held.
	Text []byte
	// Err says why it could not be read and what to do, wrapping the error of package os.
	Err error

	sum [sha256.Size]byte // of the text, or of the error
}

// Read reads the file, which must be a regular one of at most 4 MiB.
func (f File) Read() Content {
	text, err := readBounded(f.Path)
	if err != nil {
		err = f.explain(err)
		return Content{Err: err, sum: sha256.Sum256([]byte(err.Error()))}
	}
	return Content{Text: text, sum: sha256.Sum256(text)}
}

// Same tells whether the two were read the same, whatever has become of Text
// and Err since.
func (c Content) Same(other Content) bool { return c.sum == other.sum }

// explain says what could not be read, and what to do about it.
func (f File) explain(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("read the %s: %w: create it, or correct %s", f.What, err, f.Setting)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("read the %s: %w: let the user that ferngate runs as read it", f.What, err)
	}
	return fmt.Errorf("read the %s: %w", f.What, err)
}

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("is not a regular file")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = &fs.PathError{Op: "read", Path: path, Err: errors.New("is larger than 4 MiB")}
	}
	return text, err
}
