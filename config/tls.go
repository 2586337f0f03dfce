package config

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
