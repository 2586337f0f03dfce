package explain

import (
	"errors"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// Identity reports who is signed in, and which values of the method's identity
// there are none for.
func (r *Report) Identity(id *auth.Identity, cfg *config.App) {
	r.section("Identity")
	table := ""
	if cfg.Enrich != nil {
		table = ", in " + filepath.Base(cfg.Enrich.File) + " too"
	}
	field := func(name, value string, composed config.Template) {
		switch {
		case value != "":
			r.line("%s: %s", name, value)
		case !composed.IsZero():
			r.line("%s: none: a value of %s is missing%s", name, composed, table)
		}
	}
	field("user_id", id.UserID, cfg.Identity.UserID)
	field("email", id.Email, cfg.Identity.Email)
	field("name", id.Name, cfg.Identity.Name)
	field("groups", strings.Join(id.Groups, ", "), cfg.Identity.Groups)
	for _, name := range slices.Sorted(maps.Keys(cfg.Identity.Attributes)) {
		field("attributes."+name, id.Attributes[name], cfg.Identity.Attributes[name])
	}
}

// Token reports the claims of a token that was minted, or why there is none. The
// signed token itself is never shown.
func (r *Report) Token(token string, err error) {
	r.section("Token for Ferndesk")
	missing, isMissing := errors.AsType[*auth.MissingClaimError](err)
	switch {
	case isMissing:
		r.line("none: 403, since the identity has no value for the claim %s", missing.Claim)
	case err != nil:
		r.line("none: %s", err)
	default:
		r.payload(token)
	}
}

// NoToken reports that the site has no tokens at all.
func (r *Report) NoToken() {
	r.section("Token for Ferndesk")
	r.line("none: the site has no ferndesk section")
}

// Headers reports the headers that tell the app who is signed in.
func (r *Report) Headers(h http.Header) {
	r.section("Headers for the app")
	if len(h) == 0 {
		r.line("none: the site has no identity_headers, or the person none of their values")
	}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			r.line("%s: %s", name, value)
		}
	}
}
