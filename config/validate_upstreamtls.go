package config

import "crypto/x509"

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
	checkPeriod(cert, key, r)
	if !isFor(cert, x509.ExtKeyUsageClientAuth) {
		r.Warn(key, "the certificate is not for clients, and most apps refuse it", "have one issued with the extended key usage clientAuth")
	}
}
