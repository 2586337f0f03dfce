package password

import (
	"fmt"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/config/watch"
)

// usersFile is the whole users file.
type usersFile struct {
	// Users are the people who may sign in. An empty list is nobody, and no
	// fault: the last one must be removable.
	Users []user `yaml:"users"`
}

// user is one person in the users file. Every text is UTF-8 of at most 1,024
// bytes without control characters.
type user struct {
	// Login is what the person types, compared byte for byte.
	Login string `yaml:"login" required:"true" example:"ada"`
	// UserID is the person's stable id; without it they get no token.
	UserID string `yaml:"user_id"`
	// Email is the person's address; without it they get no token.
	Email string `yaml:"email"`
	// Name is for display.
	Name string `yaml:"name"`
	// Groups are what access rules ask about.
	Groups []string `yaml:"groups"`
	// Attributes are further facts by name, for headers and token claims.
	Attributes map[string]string `yaml:"attributes"`
	// PasswordHash is what ferngate hash-password or htpasswd -B prints.
	PasswordHash string `yaml:"password_hash" required:"true" secret:"true" example:"ferngate hash-password prints"`
}

// Check reads the users file of cfg, if it names one, and adds what is wrong in
// it to the report of the config that has cfg under key. Where the site gives tokens
// there is a warning, too, if people in it can get none.
func Check(cfg config.Password, key string, tokens bool, r *config.Report) {
	if cfg.UsersFile == "" {
		return
	}
	_, warnings, err := readUsers(cfg.UsersFile)
	watch.Report(err, key+".users_file", r)
	if tokens {
		r.IncludeWarnings(warnings)
	}
}

// readUsers reads a users file, and warns of people who get no token. The error is
// config.Faults, with every fault in it, or *watch.Unreadable.
func readUsers(path string) (*people, []config.Fault, error) {
	text, err := watch.File{Path: path, What: "users file", Setting: "sign_in.password.users_file"}.Read()
	if err != nil {
		return nil, nil, err
	}
	return parseUsers(path, text)
}

// parseUsers reads the text of a users file, whose name is for its faults.
// They are returned together, as config.Faults, and never hold a hash; nor do the
// warnings.
func parseUsers(file string, text []byte) (*people, []config.Fault, error) {
	var f usersFile
	report := config.Decode(file, text, &f)
	hashes := make([]hash, len(f.Users))
	for i, u := range f.Users {
		key := fmt.Sprintf("users[%d]", i)
		checkUser(report, key, u)
		h, err := parseHash(u.PasswordHash)
		if err != nil {
			report.Reject(key+".password_hash", err.Error(),
				"write what `ferngate hash-password` prints (argon2id); bcrypt ($2a$, $2b$, $2y$) of htpasswd -B is read too")
		}
		hashes[i] = h
	}
	checkUnique(report, "login", f.Users, func(u user) string { return u.Login })
	checkUnique(report, "user_id", f.Users, func(u user) string { return u.UserID })
	if err := report.Err(); err != nil {
		return nil, nil, err
	}
	warnTokenless(report, f.Users)
	return newPeople(f.Users, hashes), report.Warnings(), nil
}
