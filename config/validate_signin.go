package config

// checkSignIn checks a site's ways to sign in, each in its own function.
func checkSignIn(c *Config, s *Site, at string, r *Report) {
	if s.SignIn == nil {
		return
	}
	if *s.SignIn == (SignIn{}) && r.intact(at+".sign_in") {
		r.Reject(at+".sign_in", "names no way to sign in", "add app, assertion or password below it, or leave sign_in out")
	}
	if s.SignIn.App != nil {
		checkApp(c, s, at, r)
	}
	if s.SignIn.Assertion != nil {
		checkAssertion(c, s.SignIn.Assertion, at+".sign_in.assertion", r)
	}
	if s.SignIn.Password != nil {
		r.warnWritable(at+".sign_in.password.users_file", s.SignIn.Password.UsersFile)
	}
}
