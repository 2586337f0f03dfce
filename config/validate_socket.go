package config

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// maxSocket is the longest path of a unix socket, in bytes: the system ends it with a zero.
const maxSocket = len(syscall.RawSockaddrUnix{}.Path) - 1

// checkSocket checks the URL of a unix socket. The app may start after ferngate:
// a socket that is not there is no fault, but something else in its place is.
func checkSocket(u *url.URL, key string, r *Report) bool {
	const like = "write it as unix:///run/app.sock, or unix:app.sock for one beside this file"
	switch {
	case u.User != nil:
		r.Reject(key, "holds a user name or a password", like)
	case u.Host != "":
		r.Reject(key, "names a host, where a socket has none", "write unix:///"+u.Host+u.EscapedPath()+", with three slashes, or unix:"+u.Host+u.EscapedPath()+" for one beside this file")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		r.Reject(key, "holds more than a socket's path: a query (?) or a fragment (#)", "leave it off; a ? or # of the path itself is %3F or %23")
	case strings.Trim(u.Path, "/") == "" || strings.ContainsRune(u.Path, 0):
		r.Reject(key, "names no socket", like)
	case len(u.Path) > maxSocket:
		r.Reject(key, "the path of the socket has "+strconv.Itoa(len(u.Path))+" bytes, more than the system takes",
			"move the socket to a shorter path")
	default:
		return checkSocketFile(u.Path, key, r)
	}
	return false
}

// checkSocketFile looks for the socket itself.
func checkSocketFile(path, key string, r *Report) bool {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.Warn(key, "there is no socket "+quoted(path)+" yet: until the app makes it, requests are answered 502", "start the app, or write the path that it listens at")
	case err != nil:
		r.Warn(key, "the socket "+quoted(path)+" "+whyUnreadable(err), "give ferngate's user the right to enter its folder")
	case info.Mode()&fs.ModeSocket == 0:
		r.Reject(key, quoted(path)+" is no socket", "write the path that the app listens at")
		return false
	}
	return true
}
