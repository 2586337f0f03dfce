package config

import (
	"net/url"
	"reflect"
)

// checkUpstream checks where the app is and how it is reached.
func checkUpstream(u *Upstream, key string, r *Report) {
	checkPositive(key+".timeouts.dial", u.Timeouts.Dial, r)
	checkPositive(key+".timeouts.send", u.Timeouts.Send, r)
	checkPositive(key+".timeouts.response_header", u.Timeouts.ResponseHeader, r)
	checkPositive(key+".timeouts.idle", u.Timeouts.Idle, r)
	if r.Has(key + ".host_header") {
		checkHostHeader(u.HostHeader, key+".host_header", r)
	}
	located := u.URL != nil && checkLocation(u.URL, key+".url", r)
	if located && u.URL.Scheme != "https" {
		checkNoTLS(u.URL.Scheme, key+".tls", r)
		return
	}
	checkUpstreamTLS(&u.TLS, key+".tls", r)
}

// checkLocation checks the URL.
func checkLocation(u *url.URL, key string, r *Report) bool {
	const like = "http://127.0.0.1:3000"
	switch u.Scheme {
	case unixScheme:
		return checkSocket(u, key, r)
	case "http", "https":
		return checkOrigin(u, key, like, r)
	}
	r.Reject(key, "begins with none of http://, https:// and unix:", "write it as "+like+", or unix:///run/app.sock for a socket")
	return false
}

// checkHostHeader checks what is sent as Host (RFC 9110, section 7.2): a host, and a port perhaps.
func checkHostHeader(text, key string, r *Report) {
	u, err := url.Parse("//" + text)
	if err != nil || u.Host != text || !isHostOfURL(u) {
		r.Reject(key, quoted(text)+" is not a host", "write a host name, with the port where the app is to see one, such as app.internal or app.internal:8080")
	}
}

// checkNoTLS refuses what speaks of TLS where there is none.
func checkNoTLS(scheme, key string, r *Report) {
	how := map[string]string{"http": "http://", unixScheme: "a unix socket"}[scheme]
	for _, name := range names(fieldsOf(reflect.TypeFor[UpstreamTLS]())) {
		if r.Has(key + "." + name) {
			r.Reject(key+"."+name, "the upstream is reached by "+how+", without TLS", "write https:// in the upstream's url, or leave tls out")
		}
	}
}
