package app

import (
	"slices"
	"strings"
	"sync"

	"github.com/ferngate/ferngate/auth"
)

const (
	// maxScopes bounds how many cookie names a site's scopes remember,
	maxScopes = 256
	// maxScopePaths how many paths for one name, as of several apps in one server,
	maxScopePaths = 8
	// maxScopePath and how long those may be, in bytes.
	maxScopePath = 128
)

// scopes remember below which paths the app had each of its session cookies
// kept, as far as the answers that set them went through this process.
type scopes struct {
	mu     sync.RWMutex
	byName map[string][]scope
}

// scope is what a cookie was set for.
type scope struct {
	path   string
	domain bool // whether for the hosts below, too
}

// learn notes where the browser will send a cookie that was set.
func (s *scopes) learn(name string, set scope) {
	s.mu.RLock()
	known := slices.Contains(s.byName[name], set)
	s.mu.RUnlock()
	if known || len(name) > maxScopePath || len(set.path) > maxScopePath {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName == nil || len(s.byName) >= maxScopes {
		s.byName = map[string][]scope{}
	}
	all := s.byName[name]
	if len(all) >= maxScopePaths {
		all = nil
	}
	s.byName[name] = append(slices.Clip(all), set)
}

// of returns the path for which a cookie was set that came with a request of
// this path: the longest that reaches there, since that cookie comes first (RFC
// 6265, section 5.4).
func (s *scopes) of(name, requestPath string) (path string, known bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, set := range s.byName[name] {
		if auth.CookieReaches(set.path, requestPath) && len(set.path) >= len(path) {
			path, known = set.path, true
		}
	}
	return path, known
}

// was reports whether a cookie of this name was set for this, and whether any
// was seen to be set: one that is cleared for something else is another cookie.
func (s *scopes) was(name string, cleared scope) (this, known bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := s.byName[name]
	return slices.Contains(all, cleared), len(all) > 0
}

// folder is the default path of a cookie that the answer to a request sets (RFC
// 6265, section 5.1.4).
func folder(requestPath string) string {
	i := strings.LastIndexByte(requestPath, '/')
	if i <= 0 {
		return "/"
	}
	return requestPath[:i]
}
