package config

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// values are what the templates of a mapping can refer to.
type values struct {
	// step has the names, each with the step of whoami that finds it.
	step map[string]int
	// open is whether there may be more: the claims of a JWT, the columns of a
	// table, or what stands where the file is faulty.
	open bool
}

// mend says what to write for a name that is not among the values.
func (v values) mend(name, otherwise string) string {
	names := slices.Sorted(maps.Keys(v.step))
	if near, ok := Nearest(name, names); ok {
		return "write {" + near + "}"
	}
	if len(names) == 0 {
		return otherwise
	}
	return otherwise + "; the values here are " + shorten(listed(names, "and"))
}

// checkNames checks that all values exist that a template refers to.
func checkNames(t Template, key string, v values, r *Report) {
	for _, name := range t.Names() {
		if _, found := v.step[name]; !found && !v.open {
			r.Reject(key, "{"+shorten(name)+"} is a value that nothing finds", v.mend(name, "add it to what is extracted"))
		}
	}
}

// checkIdentity checks how a person is composed of values.
func checkIdentity(m *IdentityMapping, key string, v values, r *Report) {
	checkVaries(m.UserID, key+".user_id", "everybody would be one and the same person", r)
	checkVaries(m.Email, key+".email", "everybody would have the same address", r)
	checkNoDollar(m.UserID, key+".user_id", r)
	checkNoDollar(m.Email, key+".email", r)
	checkApart(m.UserID, key+".user_id", r)
	checkApart(m.Email, key+".email", r)
	at := 0
	for _, p := range m.Email.Parts() {
		at += strings.Count(p.Text, "@")
	}
	if at > 1 {
		r.Reject(key+".email", "holds more than one @, so that no address would ever come of it", `write one, as in "{login}@corp.example"`)
	}
	checkNames(m.UserID, key+".user_id", v, r)
	checkNames(m.Email, key+".email", v, r)
	checkNames(m.Name, key+".name", v, r)
	checkNames(m.Groups, key+".groups", v, r)
	for _, attribute := range slices.Sorted(maps.Keys(m.Attributes)) {
		at := memberKey(key+".attributes", attribute)
		if strings.TrimSpace(attribute) == "" {
			r.Reject(at, "the name of an attribute is empty", `write attribute: "{name}"`)
		}
		checkNames(m.Attributes[attribute], at, v, r)
	}
}

// checkNoDollar warns of a value written as shells have it.
func checkNoDollar(t Template, key string, r *Report) {
	for i, p := range t.Parts() {
		if p.Name != "" && i > 0 && strings.HasSuffix(t.Parts()[i-1].Text, "$") {
			r.Warn(key, "has a $ before {"+shorten(p.Name)+"}, which stays as it is", "write {"+shorten(p.Name)+"} without it")
			return
		}
	}
}

// checkApart warns of two values with nothing between them: of "{a}{b}" al and
// ice make the same as ali and ce.
func checkApart(t Template, key string, r *Report) {
	parts := t.Parts()
	for i := 1; i < len(parts); i++ {
		if a, b := parts[i-1].Name, parts[i].Name; a != "" && b != "" {
			r.Warn(key, "{"+shorten(a)+"}{"+shorten(b)+"} can be the same for two people, since nothing tells where one value ends",
				"write a sign between them that neither has, such as a slash")
			return
		}
	}
}

// checkVaries refuses a template that makes the same of everybody.
func checkVaries(t Template, key, why string, r *Report) {
	if t.IsZero() || len(t.Names()) > 0 {
		return
	}
	mend := `write a value in braces, such as "{login}"`
	if strings.Contains(t.String(), "{{") {
		mend = `write one brace on each side, such as "{login}": two stand for the sign itself`
	}
	r.Reject(key, "holds no {name}, so that "+why, mend)
}

// checkEnrich checks the table of further values, and returns the values with it.
func checkEnrich(e *Enrich, key string, v values, r *Report) values {
	if e == nil {
		v.open = v.open || r.Has(key)
		return v
	}
	if ext := strings.ToLower(filepath.Ext(e.File)); e.File != "" && !slices.Contains([]string{".csv", ".yaml", ".yml"}, ext) {
		r.Reject(key+".file", "the name ends in neither .csv nor .yaml, which tell how it is read", "write the name of a CSV or YAML file")
	}
	checkVaries(e.Key, key+".key", "everybody would get the same row", r)
	checkNames(e.Key, key+".key", v, r)
	v.open = true // its columns become values
	return v
}

// feeding returns the values that decide who a person is.
func feeding(m *IdentityMapping, e *Enrich) []string {
	names := slices.Concat(m.UserID.Names(), m.Email.Names())
	if e != nil {
		names = append(names, e.Key.Names()...)
	}
	return names
}
