//go:build unix

package config

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// mayWriteIn tells by its error whether the process may not make files in a folder.
func mayWriteIn(folder string) error {
	if err := unix.Access(folder, unix.W_OK|unix.X_OK); err != nil {
		return &fs.PathError{Op: "access", Path: folder, Err: err}
	}
	return nil
}
