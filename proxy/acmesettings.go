package proxy

import (
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// acmeSettings are all that the obtaining of certificates depends on. Two of them
// that are equal ask the same of the same CA, so that one acme can go on for both.
type acmeSettings struct {
	hosts                string // separated by blanks
	directory, email     string
	authorities          string // PEM; "" for the system's
	bindingID, bindingMA string // of the external account, its key in unpadded base64; "" for none
	storage              string
	listenHost           string
	listenPort           int
	redirectPort         int // 0 without a redirect_listen
}

// acmeSettingsOf reads what a config says; false where no certificate is to be
// obtained. Those from files are not.
func acmeSettingsOf(cfg *config.Config, files *certificates) (acmeSettings, bool, error) {
	if cfg.TLS.ACME == nil {
		return acmeSettings{}, false, nil
	}
	a := cfg.TLS.ACME
	s := acmeSettings{directory: a.DirectoryURL.String(), email: a.Email, storage: a.Storage}
	var hosts []string
	for _, site := range cfg.Sites {
		if site.Host != "" && !files.cover(site.Host) {
			hosts = append(hosts, site.Host)
		}
	}
	if s.hosts = strings.Join(hosts, " "); s.hosts == "" {
		return acmeSettings{}, false, nil
	}
	if a.CAFile != "" {
		pem, err := os.ReadFile(a.CAFile)
		if err != nil {
			return acmeSettings{}, false, fmt.Errorf("tls.acme.ca_file: %w", err)
		}
		s.authorities = string(pem)
	}
	if a.EAB != nil {
		mac, err := a.EAB.MAC()
		if err != nil {
			return acmeSettings{}, false, fmt.Errorf("tls.acme.eab.hmac_key: it is not base64") // err would quote it
		}
		s.bindingID, s.bindingMA = a.EAB.KeyID, base64.RawURLEncoding.EncodeToString(mac)
	}
	var err error
	if s.listenHost, s.listenPort, err = splitAddress(cfg.Listen); err != nil {
		return acmeSettings{}, false, fmt.Errorf("listen: %w", err)
	}
	if cfg.TLS.RedirectListen != "" {
		if _, s.redirectPort, err = splitAddress(cfg.TLS.RedirectListen); err != nil {
			return acmeSettings{}, false, fmt.Errorf("tls.redirect_listen: %w", err)
		}
	}
	return s, true, nil
}

// splitAddress reads host:port.
func splitAddress(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(text)
	return host, port, err
}
