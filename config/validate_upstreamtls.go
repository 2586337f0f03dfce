package config

import (
	"crypto/x509"
	"slices"
	"time"
)

// checkUpstreamTLS checks how the app and ferngate are verified by each other.
func checkUpstreamTLS(t *UpstreamTLS, key string, r *Report) {
	if t.CAFile != "" {
		checkCA(t.CAFile, key+".ca_file", r)
	}
	if r.Has(key + ".server_name") {
		name, problem, _ := plainHost(t.ServerName)
		if problem != "" {
			r.Reject(key+".server_name", problem, "write the host name that the app's certificate is for, such as app.internal")
		}
		t.ServerName = name
	}
	certKey, keyKey := key+".client_cert_file", key+".client_key_file"
	switch hasCert, hasKey := r.Has(certKey), r.Has(keyKey); {
	case hasCert && hasKey:
		if cert := checkPair(certKey, t.ClientCertFile, keyKey, t.ClientKeyFile, "ferngate's own", r); cert != nil {
			checkClientCert(cert, certKey, r)
		}
	case hasCert:
		r.Reject(certKey, "is no use without its key", "add client_key_file, the file with its private key")
	case hasKey:
		r.Reject(keyKey, "is no use without its certificate", "add client_cert_file, the file with its certificate")
	}
}

// checkClientCert refuses a certificate that every app would refuse.
func checkClientCert(cert *x509.Certificate, key string, r *Report) {
	const renew = "have a new one issued"
	now := time.Now()
	switch {
	case now.After(cert.NotAfter):
		r.Reject(key, "the certificate has expired, on "+cert.NotAfter.UTC().Format(time.DateOnly), renew)
	case now.Before(cert.NotBefore):
		r.Reject(key, "the certificate counts only from "+cert.NotBefore.UTC().Format(time.DateOnly), renew+", or set this machine's clock")
	}
	// One without any is for all (RFC 5280, section 4.2.1.12).
	isFor := func(u x509.ExtKeyUsage) bool { return u == x509.ExtKeyUsageClientAuth || u == x509.ExtKeyUsageAny }
	if len(cert.ExtKeyUsage) > 0 && !slices.ContainsFunc(cert.ExtKeyUsage, isFor) {
		r.Warn(key, "the certificate is not for clients, and most apps refuse it", "have one issued with the extended key usage clientAuth")
	}
}
