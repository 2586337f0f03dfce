package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Check looks at what a config names, as far as the config could be read, and
// adds what is wrong there to its report.
type Check func(*Config, *Report)

// Load reads the config file and all that it refers to, and checks it whole, by
// the checks that are given too. The faults of its content come as Faults; a file
// that cannot be read is an error that wraps the system's. The warnings come in both cases.
func Load(path string, checks ...Check) (*Config, []Fault, error) {
	return LoadAfter(nil, path, checks...)
}

// LoadAfter is Load for a config that is to take the place of the one before. A
// certificate of that which has expired meanwhile is no fault, but a warning.
func LoadAfter(before *Config, path string, checks ...Check) (*Config, []Fault, error) {
	src, err := readFile(path)
	if err != nil {
		return nil, nil, &unreadable{path, err}
	}
	return parseAfter(before, path, src, checks)
}

// Parse is Load for content that was read already; file is its name in
// messages, and its folder is what relative paths start from.
func Parse(file string, src []byte, checks ...Check) (*Config, []Fault, error) {
	return parseAfter(nil, file, src, checks)
}

func parseAfter(before *Config, file string, src []byte, checks []Check) (*Config, []Fault, error) {
	var c Config
	r := Decode(file, src, &c)
	r.before = before
	validate(&c, r)
	c.certificates = r.certificates
	for _, check := range checks {
		check(&c, r)
	}
	if err := r.Err(); err != nil {
		return nil, r.Warnings(), err
	}
	return &c, r.Warnings(), nil
}

// Files are the config file and all files that it names, as far as it can be read:
// those that decide what Load makes of it.
func Files(path string) []string {
	src, err := readFile(path)
	if err != nil {
		return []string{path}
	}
	return append([]string{path}, Decode(path, src, new(Config)).Files()...)
}

// readFile reads a file, but not much more of it than Decode takes.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFileSize+1))
}

// unreadable is the error of a file that could not be read: one line, with the way out.
type unreadable struct {
	path string
	err  error
}

// Error implements error.
func (u *unreadable) Error() string {
	switch {
	case errors.Is(u.err, fs.ErrNotExist):
		return u.path + ": no such file: name the config with --config"
	case errors.Is(u.err, fs.ErrPermission):
		return u.path + ": may not be read: let ferngate's user read it, and enter the folders above it"
	case errors.Is(u.err, syscall.EISDIR):
		return u.path + ": is a folder: name the file in it with --config"
	}
	return u.path + ": cannot be read: name a file with --config"
}

// Unwrap returns the system's error.
func (u *unreadable) Unwrap() error { return u.err }
