package config

// checkAssertion checks the method that believes a proxy in front.
func checkAssertion(c *Config, a *Assertion, key string, r *Report) {
	v := values{open: true}
	switch {
	case r.Has(key + ".trusted_header"):
		v = checkTrustedHeader(c, a, key, r)
	case r.Has(key + ".preset"):
		checkPreset(a, key, r)
		v = checkAssertedClaims(a, key, r)
	case r.Has(key+".header") || r.Has(key+".keys") || r.Has(key+".issuer") || r.Has(key+".audience"):
		checkGeneric(a, key, r)
		v = checkAssertedClaims(a, key, r)
	default:
		if r.intact(key) {
			r.Reject(key, "does not say what to believe", "add preset, or header, keys, issuer and audience of the proxy's JWT, or trusted_header")
		}
	}
	v = checkEnrich(a.Enrich, key+".enrich", v, r)
	if a.Identity != nil {
		checkIdentity(a.Identity, key+".identity", v, r)
		return
	}
	for _, name := range []string{"sub", "email"} {
		if _, found := v.step[name]; !found && !v.open && !r.Has(key+".identity") && !r.Has(key+".trusted_header") {
			r.Reject(key+".identity", "is missing, and its default needs {"+name+"}, which extract does not name", "add identity: with user_id and email, or "+name+": { json: /"+name+" } to extract")
		}
	}
}

// checkGeneric checks a JWT that no preset describes.
func checkGeneric(a *Assertion, key string, r *Report) {
	if !r.Has(key + ".header") {
		r.Reject(key+".header", "is missing", "add header: with the one that the proxy sends its JWT in")
	} else {
		checkAssertionHeader(a.Header, key+".header", r)
	}
	if r.Has(key + ".keys") {
		checkJWTKeys(&a.Keys, key+".keys", false, r)
	} else {
		r.Reject(key+".keys", "is missing", "add keys: with algorithm, and jwks_url or public_key_file, below it")
	}
	if !r.Has(key + ".issuer") {
		r.Reject(key+".issuer", "is missing: without it a JWT of anybody whose keys are at the same place would be believed", "add issuer: with the iss of the proxy's JWTs")
	}
	checkIssuer(a.Issuer, key+".issuer", r)
	checkAudienceGiven(a, key, "add audience: with the aud that the proxy's JWTs have for this app", r)
}

// checkAudienceGiven refuses a JWT that any app behind the same proxy could have been given.
func checkAudienceGiven(a *Assertion, key, mend string, r *Report) {
	if at := key + ".audience"; !r.Has(at) {
		r.Reject(at, "is missing: without it a JWT that the proxy made for another app would be believed here", mend)
	}
	checkAudience(a.Audience, key+".audience", r)
}

// checkAssertionHeader checks the header that a JWT comes in.
func checkAssertionHeader(name, key string, r *Report) {
	switch folded := foldHeader(name); {
	case !isToken(name):
		r.Reject(key, quoted(name)+" is not a header's name", "write letters, digits and -, such as X-Assertion")
	case folded == "authorization":
		r.Reject(key, "the Authorization header is the person's own to send, and no proxy's", "write the header that the proxy adds, or bearer: true in the cookie_jwt of sign_in.app")
	case isReserved(folded):
		r.Reject(key, quoted(name)+" has a meaning of its own, and holds no JWT", "write the header that the proxy adds, such as X-Assertion")
	}
}

// checkAssertedClaims checks the values that are taken from a proxy's JWT.
func checkAssertedClaims(a *Assertion, key string, r *Report) values {
	feeds := []string{"sub", "email"}
	if a.Identity != nil {
		feeds = feeding(a.Identity, a.Enrich)
	}
	return checkClaims(a.Extract, key+".extract", feeds, r)
}
