package config

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTitle is the longest title that leaves room for a page, in characters.
const maxTitle = 80

// checkBranding checks what ferngate's own pages show of the site. The logo and
// the colour were read by then.
func checkBranding(b *Branding, key string, r *Report) {
	title := key + ".title"
	switch {
	case !r.Has(title):
	case strings.TrimSpace(b.Title) == "":
		r.Reject(title, "is empty", "write the site's name, or leave the key out for its host")
	case strings.ContainsFunc(b.Title, unicode.IsControl):
		r.Reject(title, "holds a line break or another control character", "write the site's name on one line")
	case utf8.RuneCountInString(b.Title) > maxTitle:
		r.Reject(title, "is longer than 80 characters", "write the site's name alone")
	}
	if b.LogoAlone && !r.Has(key+".logo_file") {
		r.Reject(key+".logo_alone", "has no effect without logo_file", "add logo_file, or leave logo_alone out")
	}
}
