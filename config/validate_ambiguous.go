package config

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// checkAmbiguous warns of patterns that a person could make match a text of
// their own choice, and so pass for somebody else. feeds tells whether the value
// decides who the person is.
func checkAmbiguous(e *Extractor, key string, feeds bool, r *Report) {
	if re := tree(e.Regex); re != nil && r.sound(key+".regex") {
		switch fixed, _ := leads(re); {
		case takesAnything(re):
			r.Warn(key+".regex", "its group takes all that follows on the line, markup and other people's texts included",
				`write what the value can hold in place of the dot, such as ([^<"]+) or (\w+)`)
		case feeds && !fixed:
			r.Warn(key+".regex", "has no text before its group, so that it finds whatever looks like a value first, such as a name that somebody chose for themselves: one person could pass for another",
				`write the text that stands before the value, as in 'User: (\w+)@'`)
		}
	}
	if re := tree(e.Match); re != nil && feeds && !(begins(re) && ends(re)) {
		r.Warn(key+".match", "matches a part of the value, so that whoever can choose the rest of it could pass for another person",
			"begin it with ^ and end it with $")
	}
}

// tree is a pattern's syntax, nil where there is no pattern.
func tree(p Pattern) *syntax.Regexp {
	if p.IsZero() {
		return nil
	}
	re, err := syntax.Parse(p.String(), syntax.Perl)
	if err != nil { // it was compiled already
		return nil
	}
	return re
}

// leads tells whether a text of the operator's choice, or the text's beginning,
// must stand before the pattern's first group, and whether re has a group at all.
func leads(re *syntax.Regexp) (fixed, group bool) {
	switch re.Op {
	case syntax.OpCapture:
		return false, true
	case syntax.OpBeginText:
		return true, false
	case syntax.OpLiteral:
		return strings.TrimSpace(string(re.Rune)) != "", false
	case syntax.OpPlus:
		return leads(re.Sub[0])
	case syntax.OpStar, syntax.OpQuest:
		_, group = leads(re.Sub[0])
		return false, group
	case syntax.OpRepeat:
		fixed, group = leads(re.Sub[0])
		return fixed && re.Min > 0, group
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			f, g := leads(sub)
			if fixed = fixed || f; g {
				return fixed, true
			}
		}
		return fixed, false
	case syntax.OpAlternate:
		fixed = true
		for _, sub := range re.Sub {
			f, g := leads(sub)
			fixed, group = fixed && f, group || g
		}
		return fixed, group
	}
	return false, false
}

// takesAnything tells whether a pattern's first group is (.*) or (.+).
func takesAnything(re *syntax.Regexp) bool {
	if re.Op == syntax.OpCapture && re.Cap == 1 {
		in := re.Sub[0]
		return (in.Op == syntax.OpStar || in.Op == syntax.OpPlus) && in.Flags&syntax.NonGreedy == 0 &&
			(in.Sub[0].Op == syntax.OpAnyChar || in.Sub[0].Op == syntax.OpAnyCharNotNL)
	}
	return slices.ContainsFunc(re.Sub, takesAnything)
}

// begins tells whether a pattern matches at the text's beginning only.
func begins(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText:
		return true
	case syntax.OpCapture, syntax.OpConcat:
		return begins(re.Sub[0])
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !begins(sub) })
	}
	return false
}

// ends tells whether a pattern matches up to the text's end only.
func ends(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEndText:
		return true
	case syntax.OpCapture, syntax.OpConcat:
		return ends(re.Sub[len(re.Sub)-1])
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !ends(sub) })
	}
	return false
}
