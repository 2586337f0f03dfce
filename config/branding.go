package config

import "reflect"

// Branding makes ferngate's own pages look like the site's: sign-in, sign-out and errors.
type Branding struct {
	// Title is the site's name as people know it; absent, it is the host.
	Title string `yaml:"title"`
	// LogoFile is a picture to stand beside the title: SVG, PNG, JPEG or WebP, at most 64 KiB; absent, two leaves are drawn.
	LogoFile Image `yaml:"logo_file" path:"true"`
	// LogoAlone leaves the title beside the logo out, for a logo that shows the name itself.
	LogoAlone bool `yaml:"logo_alone" default:"false"`
	// Color is the colour of buttons and links, as #rrggbb; where it could not be read, a darker or a lighter shade of it is used.
	Color Color `yaml:"color" default:"#2c6a3e"`
}

// DefaultBranding is that of pages that are no site's.
func DefaultBranding() Branding {
	var b Branding
	fillDefaults(reflect.ValueOf(&b).Elem())
	return b
}
