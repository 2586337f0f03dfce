package proxy

import (
	"cmp"
	"crypto/sha256"
	_ "embed" // for style.css
	"encoding/base64"
	"html/template"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy/shades"
)

//go:embed pages/style.css
var pageStyle string

// look is what the gateway's own pages show of a site.
type look struct {
	Name      string // "" where there is no site
	Logo      template.URL
	LogoAlone bool
	Style     template.CSS
	policy    []string // the Content-Security-Policy, which names the style by its hash
}

func newLook(host string, b config.Branding) *look {
	style := shades.CSS(b.Color) + pageStyle
	sum := sha256.Sum256([]byte(style))
	return &look{
		Name:      cmp.Or(b.Title, host),
		Logo:      template.URL(b.LogoFile.DataURI()),
		LogoAlone: b.LogoAlone,
		Style:     template.CSS(style),
		// No form-action: Chromium applies it to where the app redirects after
		// sign-in too, and the only form's target is our own. With no script,
		// nothing on these pages could write another form.
		policy: []string{"default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"},
	}
}
