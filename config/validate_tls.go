package config

import (
	"crypto/x509"
	"slices"
	"strings"
)

// checkTLS checks what listen shows of itself, and asks of clients. The sites'
// hosts must be in their plain spelling by now.
func checkTLS(c *Config, r *Report) {
	if c.TLS == nil {
		return
	}
	shown := checkCertificates(c.TLS, r)
	for i, s := range shown {
		checkServerCert(s, c.Sites, r)
		checkChosen(s, shown[:i], r)
	}
	if c.TLS.ACME != nil {
		checkACME(c, shown, r)
	} else {
		checkHostsCovered(c, shown, r)
	}
	if a := c.TLS.ClientAuth; a != nil && a.CAFile != "" {
		checkCA(a.CAFile, "tls.client_auth.ca_file", r)
	}
}

// shownCert is a certificate that listen shows, and the key that names its file.
type shownCert struct {
	key  string
	cert *x509.Certificate
}

// checkCertificates reads the certificates and their keys, and returns those
// with which nothing is wrong so far.
func checkCertificates(t *TLS, r *Report) []shownCert {
	const certKey, keyKey, list = "tls.cert_file", "tls.key_file", "tls.certificates"
	hasCert, hasKey, hasList := r.Has(certKey), r.Has(keyKey), r.Has(list)
	switch {
	case hasList && (hasCert || hasKey):
		r.Reject(list, "stands beside cert_file and key_file", "write all certificates in the list, that one first, or leave the list out")
	case hasList && len(t.Certificates) == 0 && r.sound(list):
		r.Reject(list, "is an empty list", "write - cert_file: and key_file: below it, or leave it out")
	case hasCert && !hasKey:
		r.Reject(certKey, "is no use without its key", "add key_file, the file with its private key")
	case hasKey && !hasCert:
		r.Reject(keyKey, "is no use without its certificate", "add cert_file, the file with its certificate")
	case !hasList && !hasCert && !r.Has("tls.acme"):
		r.Reject("tls", "has no certificate", "add cert_file and key_file, certificates, or acme")
	case hasCert:
		return readShown(nil, certKey, keyKey, Certificate{t.CertFile, t.KeyFile}, r)
	}
	var shown []shownCert
	for i, pair := range t.Certificates {
		at := itemKey(list, i)
		if r.intact(at) {
			shown = readShown(shown, at+".cert_file", at+".key_file", pair, r)
		}
	}
	return shown
}

// readShown reads one certificate and its key, and adds it to those shown.
func readShown(shown []shownCert, certKey, keyKey string, pair Certificate, r *Report) []shownCert {
	if cert := checkPair(certKey, pair.CertFile, keyKey, pair.KeyFile, "the host's", r); cert != nil {
		return append(shown, shownCert{certKey, cert})
	}
	return shown
}

// checkServerCert refuses a certificate that every browser would refuse.
func checkServerCert(s shownCert, sites []Site, r *Report) {
	checkPeriod(s.cert, s.key, r)
	if !isFor(s.cert, x509.ExtKeyUsageServerAuth) {
		r.Warn(s.key, "the certificate is not for servers, and browsers refuse it", "have one issued with the extended key usage serverAuth")
	}
	const another = "write the certificate of a host, or have one issued with it among the subject alternative names"
	switch names := s.names(); {
	case len(names) == 0:
		r.Reject(s.key, "the certificate is for no host at all: it has no subject alternative names", another)
	case !slices.ContainsFunc(sites, func(site Site) bool { return site.Host == "" || s.covers(site.Host) }):
		r.Reject(s.key, "the certificate is for none of the sites' hosts, but for "+listed(names[:min(len(names), 5)], "and"), another)
	}
}

// checkChosen refuses a certificate that is there twice, and warns of one that
// no handshake would lead to: each of its names is an earlier one's, too, and
// clients that take the kind of its key take the other.
func checkChosen(s shownCert, earlier []shownCert, r *Report) {
	for _, e := range earlier {
		switch {
		case e.cert.Equal(s.cert):
			r.Reject(s.key, "is the certificate of "+e.key+", too", "leave one of them out")
			return
		case len(s.names()) > 0 && e.cert.PublicKeyAlgorithm == s.cert.PublicKeyAlgorithm &&
			!slices.ContainsFunc(s.names(), func(name string) bool { return !slices.Contains(e.names(), name) }):
			r.Warn(s.key, "is never chosen: all that it is for, "+e.key+" is for as well", "leave one of them out, or move it up")
			return
		}
	}
}

// checkHostsCovered warns of hosts for which browsers would be shown another
// host's certificate. Those of the other hosts are served.
func checkHostsCovered(c *Config, shown []shownCert, r *Report) {
	if !r.intact("tls") || len(shown) == 0 {
		return
	}
	for i, site := range c.Sites {
		key := itemKey("sites", i) + ".host"
		if site.Host != "" && r.sound(key) && !anyCovers(shown, site.Host) {
			r.Warn(key, "no certificate in tls is for this host, so that browsers refuse what it shows them", "add the host's own to tls.certificates, or have it obtained by tls.acme")
		}
	}
}

// anyCovers tells whether one of the certificates is for a host.
func anyCovers(shown []shownCert, host string) bool {
	return slices.ContainsFunc(shown, func(s shownCert) bool { return s.covers(host) })
}

// names are the hosts that a certificate is for, as it has them.
func (s shownCert) names() []string {
	var names []string
	for _, name := range s.cert.DNSNames {
		names = append(names, quoted(strings.ToLower(name)))
	}
	for _, ip := range s.cert.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

// covers tells whether a certificate is for a host.
func (s shownCert) covers(host string) bool { return s.cert.VerifyHostname(host) == nil }
