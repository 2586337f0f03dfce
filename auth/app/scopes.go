package app

import (
	"net/http"
	"strings"
	"sync"
)

// maxScopes bounds how many cookie names a site's scopes remember.
const maxScopes = 256

// scopes remember below which path the app had each of its session cookies
// kept, as far as the answers that set them went through this process.
type scopes struct {
	mu     sync.RWMutex
	byName map[string]string
}

// learn notes where the browser will send a cookie that was set.
func (s *scopes) learn(name, path string) {
	s.mu.RLock()
	known, found := s.byName[name]
	s.mu.RUnlock()
	if found && known == path {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byName == nil || len(s.byName) >= maxScopes {
		s.byName = map[string]string{}
	}
	s.byName[name] = path
}

// of returns the path that a cookie belongs below, given a request that has it:
// as it was set, else the request's own folder.
func (s *scopes) of(name, requestPath string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if path, found := s.byName[name]; found {
		return path
	}
	return folder(requestPath)
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

// covers reports whether the browser sends a cookie of this path to a request
// of that one (RFC 6265, section 5.1.4).
func covers(path, requestPath string) bool {
	rest, below := strings.CutPrefix(requestPath, path)
	return below && (rest == "" || rest[0] == '/' || strings.HasSuffix(path, "/"))
}

// pathOf is where a Set-Cookie line has the browser keep its cookie.
func pathOf(c *http.Cookie, requestPath string) string {
	if !strings.HasPrefix(c.Path, "/") {
		return folder(requestPath)
	}
	return c.Path
}
