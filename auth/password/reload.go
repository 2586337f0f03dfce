package password

import (
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth/watch"
)

// content is what the users file held, or why it could not be read or what is
// wrong in it: Err is either.
type content struct{ watch.Content }

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
	if now.Same(m.last.Content) {
		return false, m.last.Err
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

// readContent reads the users file; what goes wrong is in the content's Err.
func readContent(file string) content { return content{usersFileNamed(file).Read()} }

// parse returns the people, and keeps no more than the fault.
func (c *content) parse(file string) (*people, error) {
	if c.Err != nil {
		return nil, c.Err
	}
	var ps *people
	ps, c.Err = parseUsers(file, c.Text)
	c.Text = nil
	return ps, c.Err
}
