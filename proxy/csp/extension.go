package csp

import "strings"

// chain is the directives that may govern one kind of what the widget loads.
type chain struct {
	name      string   // what a new one is called
	own       []string // those for that kind: they are extended themselves
	fallbacks []string // those for others, too: they are copied into a new one, which is extended
}

// extended are the kinds, in the order of new directives. Scripts are the first.
var extended = [...]chain{
	{"script-src", []string{"script-src-elem", "script-src"}, []string{"default-src"}},
	{"connect-src", []string{"connect-src"}, []string{"default-src"}},
	{"frame-src", []string{"frame-src"}, []string{"child-src", "default-src"}},
	{"img-src", []string{"img-src"}, []string{"default-src"}},
	{"style-src", []string{"style-src-elem", "style-src"}, []string{"default-src"}},
	{"font-src", []string{"font-src"}, []string{"default-src"}},
}

// extension is the work on the policies of one page.
type extension struct {
	needs     *Needs
	ownScheme string
	scripts   []need // of the page's own origin: the script, and what it loads
	sources   []need // for any kind
	connects  []need // those, the script's fetches and what only connections can use

	late      bool   // the element is sent already
	nonce     string // that it will carry
	integrity bool   // whether it needs that attribute
}

func newExtension(n *Needs) *extension {
	e := &extension{needs: n, scripts: []need{newNeed(exact(n.Script), n.Self)}}
	e.ownScheme, _, _ = strings.Cut(strings.ToLower(n.Self), "://")
	for _, url := range n.Loads {
		e.scripts = append(e.scripts, newNeed(exact(url), n.Self))
	}
	for _, url := range n.Fetches {
		e.connects = append(e.connects, newNeed(exact(url), n.Self))
	}
	for _, text := range n.Sources {
		need := newNeed(text, n.Self)
		e.connects = append(e.connects, need)
		if need.source.scheme != "ws" && need.source.scheme != "wss" {
			e.sources = append(e.sources, need)
		}
	}
	return e
}

// extend adds to a policy what it lacks.
func (e *extension) extend(p *policy) error {
	if err := p.check(); err != nil {
		return err
	}
	for i := range extended {
		d, own := p.governing(&extended[i])
		if d == nil {
			continue // everything is allowed
		}
		if !isASCII(d.value) {
			return &Refusal{malformed} // Chromium drops the directive, others the word
		}
		words := list(d.value)
		lacking, err := e.lacking(extended[i].name, words)
		switch {
		case err != nil:
			return err
		case len(lacking) == 0:
		case own:
			d.set(add(d.value, lacking))
		case extended[i].name == "style-src" && contains(words, "'strict-dynamic'") && contains(words, "'unsafe-inline'") && !hasNonceOrHash(words):
			return &Refusal{malformed} // in Chromium inline styles are forbidden by default-src here, but not by a copy
		default:
			p.added = append(p.added, extended[i].name+" "+add(strings.Join(words, " "), lacking))
		}
	}
	return nil
}

// governing returns the directive that browsers go by, or nil; and whether it
// is one to extend itself.
func (p *policy) governing(c *chain) (d *directive, own bool) {
	for _, name := range c.own {
		if d := p.find(name); d != nil {
			return d, true
		}
	}
	for _, name := range c.fallbacks {
		if d := p.find(name); d != nil {
			return d, false
		}
	}
	return nil, false
}

// lacking is what a list of sources for a kind of what the widget loads does
// not allow yet.
func (e *extension) lacking(name string, list []string) ([]string, error) {
	switch {
	case name == "script-src":
		return e.scriptSources(list)
	case hasURLHash(list):
		return nil, &Refusal{urlHashes}
	case name == "connect-src":
		return e.urls(list, e.connects)
	}
	return e.urls(list, e.sources)
}

// urls is which of the needs a list does not allow yet.
func (e *extension) urls(list []string, needs []need) ([]string, error) {
	known := list[:len(list):len(list)]
	for _, n := range needs {
		if n.isMet(known, e.ownScheme) {
			continue
		}
		if !n.writable {
			return nil, &Refusal{unwritable}
		}
		known = append(known, n.text)
	}
	return known[len(list):], nil
}

// check refuses a policy under which the widget cannot work whatever is added.
func (p *policy) check() error {
	for _, c := range []byte(p.text) {
		if c < ' ' && strings.IndexByte(whitespace, c) < 0 || c == 0x7f || c == ',' {
			// Chromium alone takes a vertical tab for white space, and a comma in
			// <meta> (no policy of a header has one here) for a policy's end.
			return &Refusal{malformed}
		}
	}
	if d := p.find("require-trusted-types-for"); d != nil && contains(list(d.value), "'script'") {
		return &Refusal{trustedTypes}
	}
	if p.find("trusted-types") != nil {
		return &Refusal{trustedTypes}
	}
	if d := p.find("sandbox"); d != nil && p.kind == enforced {
		flags := list(d.value)
		if !isASCII(d.value) || !contains(flags, "allow-scripts") || !contains(flags, "allow-same-origin") {
			return &Refusal{sandboxed}
		}
	}
	return nil
}

func isASCII(s string) bool {
	for _, c := range []byte(s) {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
