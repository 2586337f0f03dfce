package config

import "time"

// TLS is what listen shows of itself in TLS handshakes, and asks of clients. The
// files are PEM.
type TLS struct {
	// CertFile holds the certificate chain, the host's own certificate first.
	CertFile string `yaml:"cert_file" path:"true"`
	// KeyFile holds the certificate's private key.
	KeyFile string `yaml:"key_file" path:"true"`
	// Certificates are several, in place of cert_file and key_file; the host that a client asks for (SNI) chooses. The first is for clients that ask for none, or for one that no certificate is for.
	Certificates []Certificate `yaml:"certificates"`
	// ClientAuth asks clients for a certificate of their own; absent, none is asked for.
	ClientAuth *ClientAuth `yaml:"client_auth"`
	// ACME obtains and renews certificates (RFC 8555) for all hosts of sites that no file has one for; absent, there are only those from files. It means to agree to the terms of the CA.
	ACME *ACME `yaml:"acme"`
	// RedirectListen is a second TCP address, which leads plain HTTP to HTTPS, and where a CA may look for what HTTP-01 asks; absent, there is none.
	RedirectListen string `yaml:"redirect_listen" example:":80"`
}

// Certificate is one certificate and its key.
type Certificate struct {
	// CertFile holds the certificate chain, the host's own certificate first.
	CertFile string `yaml:"cert_file" required:"true" path:"true"`
	// KeyFile holds the certificate's private key.
	KeyFile string `yaml:"key_file" required:"true" path:"true"`
}

// ClientAuth asks clients for a certificate of their own. It admits to the
// listener, whichever site is asked for, and says nothing of who the person is.
type ClientAuth struct {
	// CAFile holds the certificates of the authorities that clients' certificates must be from.
	CAFile string `yaml:"ca_file" required:"true" path:"true"`
	// Require refuses clients without a certificate; false admits them, and refuses only those with a wrong one.
	Require bool `yaml:"require" default:"true"`
}

// FromFiles returns the certificates that come from files, in the order in which
// they are chosen.
func (t *TLS) FromFiles() []Certificate {
	if t.CertFile != "" {
		return []Certificate{{t.CertFile, t.KeyFile}}
	}
	return t.Certificates
}

// HSTS has browsers reach the site by HTTPS alone (RFC 6797), once they have seen
// an answer of it over HTTPS.
type HSTS struct {
	// MaxAge is for how long, from each answer on; 0s has them forget it.
	MaxAge time.Duration `yaml:"max_age" required:"true" example:"365d"`
	// IncludeSubdomains has it count for every host below this one, whoever serves it.
	IncludeSubdomains bool `yaml:"include_subdomains" default:"false"`
	// Preload allows browsers' makers to ship the host in their lists; to get off them takes months.
	Preload bool `yaml:"preload" default:"false"`
}
