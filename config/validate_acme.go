package config

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// checkACME checks how certificates are obtained, and for which hosts: those
// that none of the certificates from files is for.
func checkACME(c *Config, fromFiles []shownCert, r *Report) {
	const key = "tls.acme"
	a := c.TLS.ACME
	ownCA := checkDirectory(a, key, r)
	if r.Has(key+".email") && !isAddress(a.Email) {
		r.Reject(key+".email", quoted(a.Email)+" is not an email address", "write one, such as ops@example.com, or leave it out")
	}
	if a.EAB != nil && r.Has(key+".eab.hmac_key") && r.sound(key+".eab.hmac_key") {
		if mac, err := a.EAB.MAC(); err != nil || len(mac) == 0 {
			r.Reject(key+".eab.hmac_key", "is not base64", "put the HMAC key there as the CA gave it")
		}
	}
	checkStorage(a.Storage, key+".storage", r)
	checkObtained(c, fromFiles, ownCA, r)
	if c.TLS.RedirectListen != "" {
		checkSameHost(c, r)
	}
}

// checkDirectory checks where the CA is, and tells whether it is one of the operator's own.
func checkDirectory(a *ACME, key string, r *Report) (own bool) {
	if a.CAFile != "" {
		checkCA(a.CAFile, key+".ca_file", r)
	}
	if !r.Has(key+".directory_url") || a.DirectoryURL == nil {
		return false
	}
	switch u := a.DirectoryURL; {
	case u.Scheme != "https":
		r.Reject(key+".directory_url", "begins with something other than https://", "write the https:// address of the CA's directory")
	case u.Hostname() == "" || !isHostOfURL(u):
		r.Reject(key+".directory_url", "has no host that could be reached", "write the https:// address of the CA's directory")
	case u.User != nil:
		r.Reject(key+".directory_url", "holds a user name or a password", "leave them out: who asks is told by eab")
	}
	return true
}

// isAddress tells whether a text is one email address.
func isAddress(text string) bool {
	local, domain, found := strings.Cut(text, "@")
	return found && local != "" && domain != "" && !strings.ContainsAny(text, " \t\r\n,<>") && !strings.Contains(domain, "@")
}

// checkStorage checks that the folder is there, or can be made, and that
// nobody else reads the keys in it. Nothing is written: where files are looked
// at for changes that would be one.
func checkStorage(path, key string, r *Report) {
	if path == "" {
		return
	}
	folder := path
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		folder = filepath.Dir(path)
		info, err = os.Stat(folder)
	}
	if err == nil && info.IsDir() {
		err = mayWriteIn(folder)
	}
	switch {
	case err != nil:
		r.Reject(key, whyUnwritable(folder, err), "write the name of a folder in which ferngate may write, and that stays")
	case !info.IsDir():
		r.Reject(key, quoted(folder)+" is no folder", "write the name of a folder, or of one to be made")
	case folder == path && info.Mode().Perm()&0o007 != 0:
		r.Warn(key, "the folder "+quoted(path)+", which is for private keys, is open to everybody on this machine", "run chmod o-rwx on it")
	}
}

// whyUnwritable says why nothing can be kept in a folder.
func whyUnwritable(folder string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "the folder " + quoted(folder) + " does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "the folder " + quoted(folder) + " may not be written in by ferngate's user"
	}
	return "the folder " + quoted(folder) + " cannot be written in"
}

// checkObtained checks that a certificate can be had for each host without one.
func checkObtained(c *Config, fromFiles []shownCert, ownCA bool, r *Report) {
	if !r.intact("tls.cert_file") || !r.intact("tls.certificates") {
		return
	}
	const byFile = "add a certificate for it to tls.certificates"
	obtained := 0
	for i, site := range c.Sites {
		key := itemKey("sites", i) + ".host"
		switch {
		case !r.sound(key):
			obtained++ // one, perhaps
		case site.Host == "" && len(fromFiles) == 0:
			r.Reject(key, "is missing, and tls.acme obtains certificates for names alone", "add host, or a certificate for any other host to tls.certificates")
		case site.Host == "" || anyCovers(fromFiles, site.Host):
		case isIP(site.Host):
			r.Reject(key, "is an address, and tls.acme obtains certificates for names alone", "write the host's name, or "+byFile)
		case !ownCA && !isPublic(site.Host):
			r.Reject(key, "is no public name, for which no public CA issues a certificate", byFile+", or name a CA of your own in tls.acme.directory_url")
		default:
			obtained++
		}
	}
	if obtained == 0 && r.sound("sites") {
		r.Warn("tls.acme", "obtains nothing: there is a file for each host that has a name", "leave it out, or the files")
	}
}

// isPublic tells whether a name is below a suffix of the public DNS.
func isPublic(host string) bool {
	suffix, icann := publicsuffix.PublicSuffix(host)
	return suffix != host && (icann || strings.Contains(suffix, "."))
}

// checkSameHost refuses listeners at which the library that obtains certificates
// would not find itself: it looks for both at one host.
func checkSameHost(c *Config, r *Report) {
	host, _, err := net.SplitHostPort(c.Listen)
	other, _, errOther := net.SplitHostPort(c.TLS.RedirectListen)
	if err != nil || errOther != nil || !r.sound("listen", "tls.redirect_listen") {
		return
	}
	if !strings.EqualFold(host, other) && !(isWildcard(host) && isWildcard(other)) {
		r.Reject("tls.redirect_listen", "is at another host than listen, where tls.acme does not find it", "write the same host in both, or none")
	}
}
