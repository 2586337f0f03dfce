package password

import (
	"context"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth/watch"
)

// usersFileNamed is a users file as one to read and to follow.
func usersFileNamed(path string) watch.File {
	return watch.File{Path: path, What: "users file", Setting: "sign_in.password.users_file"}
}

// Watch reloads the users file whenever it changes, until ctx is done. A file
// with a fault is logged once, with the fault, and changes nothing; nor does a
// file that is gone. Where the system cannot watch, which is logged once too,
// a change is seen within 10 s.
func (m *Method) Watch(ctx context.Context) { usersFileNamed(m.file).Follow(ctx, m.log, m.follow) }

// follow is one look at the file.
func (m *Method) follow() {
	if changed, err := m.reload(); changed && err != nil {
		m.log.Warn("users file not reloaded, the users from before stay", zap.Error(err))
	}
}
