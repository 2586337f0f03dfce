package password

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"go.uber.org/zap"
)

// maxFile is the largest users file that is read, in bytes: some ten thousand
// people. A directory is the right method for more.
const maxFile = 4 << 20

// content is what the users file held, or why it could not be read, and the
// fault in it.
type content struct {
	text []byte
	sum  [sha256.Size]byte // of text, or of the error
	err  error
}

// Reload reads the users file again and swaps the people for its people, all
// of them or, with an error as New returns it, none. Unchanged content changes
// nothing and returns what it returned before.
func (m *Method) Reload() error {
	_, err := m.reload()
	return err
}

// reload also reports whether the content is another than the time before.
func (m *Method) reload() (changed bool, err error) {
	// Two reloads at once could otherwise store the older content last.
	m.reloading.Lock()
	defer m.reloading.Unlock()
	now := readContent(m.file)
	if now.sum == m.last.sum {
		return false, m.last.err
	}
	ps, err := now.parse(m.file)
	m.last = now
	if err != nil {
		return true, err
	}
	m.people.Store(ps)
	m.log.Info("users file reloaded", zap.String("file", m.file), zap.Int("users", len(ps.byLogin)))
	return true, nil
}

// readContent reads the users file; what goes wrong is in the content's err.
func readContent(file string) content {
	text, err := readFile(file)
	if err != nil {
		return content{sum: sha256.Sum256([]byte(err.Error())), err: err}
	}
	return content{text: text, sum: sha256.Sum256(text)}
}

// parse returns the people, and keeps no more than the sum and the fault.
func (c *content) parse(file string) (*people, error) {
	if c.err != nil {
		return nil, c.err
	}
	var ps *people
	ps, c.err = parseUsers(file, c.text)
	c.text = nil
	return ps, c.err
}

// readFile returns the users file's text, or an error with what to do about it.
func readFile(file string) ([]byte, error) {
	text, err := readBounded(file)
	switch {
	case err == nil:
		return text, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("read the users file: %w: create it, or correct sign_in.password.users_file", err)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("read the users file: %w: let the user that ferngate runs as read it", err)
	}
	return nil, fmt.Errorf("read the users file: %w", err)
}

func readBounded(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, &fs.PathError{Op: "read", Path: file, Err: errors.New("is not a regular file")}
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = &fs.PathError{Op: "read", Path: file, Err: errors.New("is larger than 4 MiB")}
	}
	return text, err
}
