package config

import (
	"maps"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// checkWhoami checks the steps that ask the app, and returns the values that they find.
func checkWhoami(s *Site, app string, r *Report) values {
	a, key := s.SignIn.App, app+".whoami"
	if len(a.Whoami) == 0 && r.sound(key) {
		r.Reject(key, "is an empty list", "write a step: path, and extract below it")
	}
	v := checkNamesDiffer(a.Whoami, key, r)
	feeds := feeding(&a.Identity, a.Enrich)
	for _, step := range a.Whoami {
		feeds = append(feeds, namesIn(step.Path)...)
	}
	for i := range a.Whoami {
		step, at := &a.Whoami[i], itemKey(key, i)
		checkWhoamiPath(s, i, at+".path", v, r)
		checkWhoamiHeaders(step.Headers, at+".headers", r)
		last := i == len(a.Whoami)-1
		switch given := r.Has(at + ".extract"); {
		case len(step.Extract) == 0 && last && r.intact(at):
			r.Reject(at+".extract", "the last step finds no value, so nothing is ever made of its answer", `add extract: with a name and a place for each value, such as login: { json: /user/name }`)
		case len(step.Extract) == 0 && given:
			r.Reject(at+".extract", "names no value", "write a name and a place for each, or leave extract out")
		}
		checkExtract(step.Extract, at+".extract", anywhere, feeds, r)
		if step.AnonymousWhen != nil {
			checkAnonymousWhen(step.AnonymousWhen, at+".anonymous_when", r)
		}
	}
	return v
}

// checkNamesDiffer collects the values of all steps, each of which one step alone may find.
func checkNamesDiffer(steps []WhoamiStep, key string, r *Report) values {
	v := values{step: map[string]int{}, open: !r.sound(key)}
	for i, step := range steps {
		at := itemKey(key, i) + ".extract"
		v.open = v.open || r.isBroken(at)
		for _, name := range slices.Sorted(maps.Keys(step.Extract)) {
			if first, taken := v.step[name]; taken {
				r.Reject(memberKey(at, name), "is found by "+itemKey("whoami", first)+" already", "write another name, or leave one of them out")
				continue
			}
			v.step[name] = i
		}
	}
	return v
}

// checkWhoamiPath checks what a step gets, and that the values in it are known by then.
func checkWhoamiPath(s *Site, i int, key string, v values, r *Report) {
	step := s.SignIn.App.Whoami[i]
	t, problem, mend := parseTemplate(step.Path)
	if step.Path == "" {
		problem, mend = "is empty", "write the path and query of a page that shows who is signed in, such as /account"
	}
	if problem == "" {
		problem, mend = checkSlots(t)
	}
	if problem != "" {
		r.Reject(key, problem, mend)
		return
	}
	path, problem, mend := checkTarget(sample(t))
	switch {
	case problem != "":
		r.Reject(key, problem, mend)
		return
	case strings.Contains(step.Path, "#"):
		r.Reject(key, "holds #, and what follows it is never sent", "leave it out")
		return
	case isGateways(s, path):
		r.Reject(key, "is answered by ferngate itself and never reaches the app", "write the path of a page of the app")
		return
	}
	for _, name := range t.Names() {
		checkKnownBy(name, i, key, v, r)
	}
}

// checkKnownBy checks that a step before step i finds a value.
func checkKnownBy(name string, i int, key string, v values, r *Report) {
	step, found := v.step[name]
	switch {
	case found && step < i, !found && v.open:
	case found && step == i:
		r.Reject(key, "{"+shorten(name)+"} is found by this step itself, in the answer to this path", "write a value of a step before it")
	case found:
		r.Reject(key, "{"+shorten(name)+"} is found by "+itemKey("whoami", step)+", which is asked later", "move that step before this one")
	default:
		before := values{step: map[string]int{}}
		for other, at := range v.step {
			if at < i {
				before.step[other] = at
			}
		}
		r.Reject(key, "{"+shorten(name)+"} is found by no step", before.mend(name, "add it to the extract of a step before this one"))
	}
}

// sample is a path with a letter in place of each value.
func sample(t Template) string {
	var b strings.Builder
	for _, p := range t.Parts() {
		if p.Name != "" {
			b.WriteByte('x')
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

// checkSlots checks that each value stands in a path segment or in the value of
// a query parameter, where it can be encoded so that it stays in its place.
func checkSlots(t Template) (problem, mend string) {
	sign := byte(0) // the last one of ?, & and =
	for _, p := range t.Parts() {
		if p.Name != "" && sign != 0 && sign != '=' {
			return "{" + shorten(p.Name) + "} stands for the name of a query parameter", "write values in path segments, or after the = of a parameter, as in /user?id={id}"
		}
		for _, c := range []byte(p.Text) {
			if c == '?' || sign != 0 && (c == '&' || c == '=') {
				sign = c
			}
		}
	}
	return "", ""
}

// namesIn returns the values that a path refers to, none if it is malformed.
func namesIn(path string) []string {
	t, _, _ := parseTemplate(path)
	return t.Names()
}

// checkWhoamiHeaders checks the headers of a step. Their values are never repeated.
func checkWhoamiHeaders(headers map[string]string, key string, r *Report) {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		at := memberKey(key, name)
		folded := foldHeader(name)
		switch {
		case !isToken(name):
			r.Reject(at, quoted(name)+" is not a header's name", "write letters, digits and -, such as Accept")
		case folded == "cookie":
			r.Reject(at, "the app is asked with the person's own cookies", "leave it out")
		case folded == "authorization":
			r.Reject(at, "the app is asked in the name of the person, by the cookies alone, and no secret is ever written in this file", "leave it out")
		case isForwarding(folded):
			r.Reject(at, textproto.CanonicalMIMEHeaderKey(name)+" is ferngate's own to set", "leave it out")
		case strings.ContainsFunc(headers[name], unicode.IsControl):
			r.Reject(at, "the value holds control characters", "write it on one line")
		}
	}
}

// isForwarding tells whether a folded header name is about the connection or about who asks.
func isForwarding(folded string) bool {
	return strings.HasPrefix(folded, "x-forwarded-") || strings.HasPrefix(folded, "proxy-") ||
		slices.Contains([]string{"connection", "content-length", "expect", "forwarded", "host", "keep-alive", "te", "trailer",
			"transfer-encoding", "upgrade", "x-real-ip"}, folded)
}

// checkAnonymousWhen checks by what the answer to a stranger is known.
func checkAnonymousWhen(w *AnonymousWhen, key string, r *Report) {
	given := slices.ContainsFunc([]string{"status", "json", "css", "regex"}, func(k string) bool { return r.Has(key + "." + k) })
	if !given && r.intact(key) {
		r.Reject(key, "says nothing", "add one of status, json, css and regex, or leave anonymous_when out")
	}
	checkNotEmpty(len(w.Status), key+".status", "status", r)
	for i, status := range w.Status {
		switch at := itemKey(key+".status", i); {
		case status < 100 || status > 599:
			r.Reject(at, strconv.Itoa(status)+" is not a status that an answer can have", "write one such as 401")
		case status == 200:
			r.Reject(at, "200 is the answer to people who are signed in too", "name what tells the two apart: json, css or regex")
		}
	}
	if w.Regex.Regexp != nil && w.Regex.MatchString("") && w.Regex.MatchString("x\n") {
		r.Reject(key+".regex", "matches every answer, so that nobody is ever signed in", "write a text that only strangers are shown")
	}
}
