package config

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// ACME is how certificates are obtained from a CA (RFC 8555).
type ACME struct {
	// Email is where the CA writes to about them.
	Email string `yaml:"email" example:"ops@example.com"`
	// DirectoryURL is the CA's directory (RFC 8555, section 7.1.1).
	DirectoryURL *url.URL `yaml:"directory_url" default:"https://acme-v02.api.letsencrypt.org/directory"`
	// CAFile holds the certificates to verify the directory with, in place of the system's.
	CAFile string `yaml:"ca_file" path:"true"`
	// EAB is the account at the CA that the one made here belongs to.
	EAB *EAB `yaml:"eab"`
	// Storage is the folder to keep the account, the certificates and their keys in.
	Storage string `yaml:"storage" required:"true" folder:"true"`
}

// EAB is an external account binding (RFC 8555, section 7.3.4).
type EAB struct {
	// KeyID is the id that the CA gave the key.
	KeyID string `yaml:"key_id" required:"true"`
	// HMACKey is the key, in base64.
	HMACKey Secret `yaml:"hmac_key" required:"true"`
}

// MAC returns the HMAC key's bytes. It is read in base64 of the URL alphabet, as
// CAs mostly give it, or of the standard one, padded or not.
func (e EAB) MAC() ([]byte, error) {
	text := strings.TrimSpace(string(e.HMACKey.Reveal()))
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(text), "="))
}
