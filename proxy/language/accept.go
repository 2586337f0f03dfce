package language

import (
	"net/http"
	"strconv"
	"strings"
)

// maxRanges bounds how many languages of a header are looked at. Browsers send
// fewer than ten; a header as long as requests may have is nobody's list.
const maxRanges = 32

// Of chooses the language that a request asks for (Accept-Language, RFC 9110,
// section 12.5.4): of those that it names with the highest weight the first that
// is here, and English where none is. Of a range such as de-AT only the language
// counts, since none is here in two forms; what is malformed is passed over.
func Of(h http.Header) *Language {
	var best *Language
	var bestWeight float64
	ranges := 0
	for _, line := range h["Accept-Language"] {
		for part := range strings.SplitSeq(line, ",") {
			if ranges++; ranges > maxRanges {
				break
			}
			l, weight := readRange(part)
			if l != nil && weight > bestWeight {
				best, bestWeight = l, weight
			}
		}
	}
	if best == nil {
		return English
	}
	return best
}

// readRange reads one member of the header: which language of ours it asks for,
// nil for another's, and its weight from 0, which is never, to 1.
func readRange(part string) (*Language, float64) {
	name, parameter, weighted := strings.Cut(part, ";")
	weight := 1.0
	if weighted {
		q, value, _ := strings.Cut(strings.Trim(parameter, " \t"), "=")
		if !strings.EqualFold(q, "q") || !isWeight(value) {
			return nil, 0
		}
		weight, _ = strconv.ParseFloat(value, 64) // isWeight has seen that it is one
	}
	primary, _, _ := strings.Cut(strings.Trim(name, " \t"), "-")
	if primary == "*" {
		return English, weight
	}
	for _, l := range all {
		if strings.EqualFold(primary, l.Tag) {
			return l, weight
		}
	}
	return nil, 0
}

// isWeight reports whether a text is a qvalue (RFC 9110, section 12.4.2): 0 or
// 1, with up to three decimal places and nothing above 1.
func isWeight(s string) bool {
	whole, decimals, _ := strings.Cut(s, ".")
	if len(decimals) > 3 || strings.Trim(decimals, "0123456789") != "" {
		return false
	}
	return whole == "0" || whole == "1" && strings.Trim(decimals, "0") == ""
}
