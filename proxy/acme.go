package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3/acme"
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// obtained are the certificates that a CA issues to us (RFC 8555): what the
// storage folder has of them, renewed in the background. It outlives the Gateway
// that it was made for, as long as the settings of the next are equal.
type obtained struct {
	settings acmeSettings
	hosts    []string
	cache    *certmagic.Cache
	magic    *certmagic.Config
	quiet    *certmagic.Config // the same without a log
	issuer   *certmagic.ACMEIssuer
	log      *zap.Logger

	// start has certificates obtained and renewed, as far as they need to be. It
	// does not wait: the CA may take minutes, or be down. close ends that; what is
	// stored stays, and what is ready is shown as before. Both count once.
	start, close func()
	missed       sync.Map // the hosts whose handshakes have failed, since there was no certificate
}

// errNoCertificateYet is why a handshake fails for a host whose certificate is
// still being obtained.
var errNoCertificateYet = errors.New("there is no certificate for this host yet")

// renewalCheck is how often certificates are looked at.
const renewalCheck = certmagic.DefaultRenewCheckInterval

// newObtained opens the storage folder, and has what is in it ready. It asks
// nothing of the CA: start does. It has to be closed.
func newObtained(s acmeSettings, every time.Duration, log *zap.Logger) (*obtained, error) {
	a := &obtained{settings: s, hosts: strings.Split(s.hosts, " "), log: log.Named("acme")}
	var roots *x509.CertPool
	if s.authorities != "" {
		roots = x509.NewCertPool()
		if !roots.AppendCertsFromPEM([]byte(s.authorities)) {
			return nil, errors.New("tls.acme.ca_file: it holds no PEM certificate")
		}
	}
	a.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert:   func(certmagic.Certificate) (*certmagic.Config, error) { return a.magic, nil },
		RenewCheckInterval: every,
		Logger:             a.log,
	})
	a.magic = a.newConfig(roots, a.log)
	a.quiet = a.newConfig(roots, zap.NewNop())
	a.issuer = a.magic.Issuers[0].(*certmagic.ACMEIssuer)

	ctx, cancel := context.WithCancel(context.Background())
	a.start = sync.OnceFunc(func() {
		a.log.Info("certificates are obtained and renewed for these hosts", zap.Strings("hosts", a.hosts), zap.String("directory", s.directory))
		_ = a.magic.ManageAsync(ctx, a.hosts) // it logs what fails, and tries again
	})
	a.close = sync.OnceFunc(func() {
		cancel()
		go a.cache.Stop() // it waits for what is under way, which may be an answer of the CA's
	})
	for _, host := range a.hosts {
		if _, err := a.magic.CacheManagedCertificate(ctx, host); err != nil && !errors.Is(err, fs.ErrNotExist) {
			a.close()
			return nil, fmt.Errorf("tls.acme.storage: what it has for %s cannot be read; let ferngate's user read it, or remove it: %w", host, err)
		}
	}
	return a, nil
}

// newConfig is how certificates are obtained and kept.
func (a *obtained) newConfig(roots *x509.CertPool, log *zap.Logger) *certmagic.Config {
	s := a.settings
	magic := certmagic.New(a.cache, certmagic.Config{
		Storage: &certmagic.FileStorage{Path: s.storage},
		// CAs that people use have given OCSP up; loading a certificate must not wait for a network.
		OCSP:   certmagic.OCSPConfig{DisableStapling: true},
		Logger: log,
	})
	issuer := certmagic.ACMEIssuer{
		CA: s.directory, Email: s.email, Agreed: true, TrustedRoots: roots,
		// Where the challenges are answered, by us: it connects to see that somebody listens there.
		ListenHost: s.listenHost, AltTLSALPNPort: s.listenPort, AltHTTPPort: s.redirectPort, DisableHTTPChallenge: s.redirectPort == 0,
		Logger: log,
	}
	if s.bindingID != "" {
		issuer.ExternalAccount = &acme.EAB{KeyID: s.bindingID, MACKey: s.bindingMA}
	}
	magic.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(magic, issuer)}
	return magic
}

// isOf tells whether a, if there is one, was made of such settings.
func (a *obtained) isOf(s acmeSettings) bool { return a != nil && a.settings == s }

// has tells whether certificates are obtained for a host.
func (a *obtained) has(host string) bool { return a != nil && slices.Contains(a.hosts, host) }

// certificate returns the one for a host's handshakes; that one fails until there
// is one. The first time is worth a line in the log.
func (a *obtained) certificate(hello *tls.ClientHelloInfo, host string) (*tls.Certificate, error) {
	h := *hello
	h.ServerName = host
	cert, err := a.quiet.GetCertificate(&h)
	if err == nil {
		return cert, nil
	}
	if _, again := a.missed.LoadOrStore(host, true); !again {
		a.log.Warn("a handshake failed: there is no certificate for this host yet; until there is all of them fail", zap.String("host", host))
	}
	return nil, errNoCertificateYet
}

// ready are the certificates that there are.
func (a *obtained) ready() (all []*x509.Certificate) {
	if a == nil {
		return nil
	}
	for _, host := range a.hosts {
		for _, cert := range a.cache.AllMatchingCertificates(host) {
			all = append(all, cert.Leaf)
		}
	}
	return all
}

// obtainedFor returns what goes on from previous, if that fits a config, else one
// that is new; nil where nothing is to be obtained.
func obtainedFor(cfg *config.Config, files *certificates, previous *obtained, log *zap.Logger) (*obtained, error) {
	s, wanted, err := acmeSettingsOf(cfg, files)
	switch {
	case err != nil || !wanted:
		return nil, err
	case previous.isOf(s):
		return previous, nil
	}
	return newObtained(s, renewalCheck, log)
}
