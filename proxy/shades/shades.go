// Package shades derives the colours of the gateway's own pages from the one
// that a site is known by, whatever it is: bright, pale or nearly black. What is
// text has the contrast that people need to read it, on light and on dark.
package shades

import (
	"fmt"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// scheme is the colours of one page.
type scheme struct {
	ground, sheet             config.Color // the page, and what the text stands on
	ink, soft                 config.Color // text, and what matters less
	edge, field               config.Color // around the sheet, and around what can be typed in
	accent, accentDeep        config.Color // links and the focus; a link that is pointed at
	brand                     config.Color // shapes
	button, buttonDeep, label config.Color // and one that is pointed at, and the text on both
}

// CSS declares the colours for a page that is known by c, on light and on dark,
// as custom properties of the root element.
func CSS(c config.Color) string {
	return ":root {\n" + light(c).declarations() + "}\n" +
		"@media (prefers-color-scheme: dark) {\n:root {\n" + dark(c).declarations() + "}\n}\n"
}

// light is the scheme of people who have not asked for dark. Greys have a breath
// of the colour in them, so that they go with it.
func light(c config.Color) scheme {
	return scheme{
		ground: mix(c, white, .94), sheet: white,
		ink: mix(c, grey(0x20), .92), soft: mix(c, grey(0x5c), .92),
		edge: mix(c, grey(0xdc), .92), field: mix(c, grey(0x7a), .92),
	}.colored(c, black, forText)
}

// dark is the scheme of people who asked for dark.
func dark(c config.Color) scheme {
	return scheme{
		ground: mix(c, grey(0x13), .95), sheet: mix(c, grey(0x1e), .95),
		ink: mix(c, grey(0xec), .95), soft: mix(c, grey(0xac), .92),
		edge: mix(c, grey(0x3c), .92), field: mix(c, grey(0x8a), .92),
	}.colored(c, white, forTextOnDark)
}

// grey is the grey of that brightness.
func grey(v uint8) config.Color { return config.Color{R: v, G: v, B: v} }

// colored adds the colours proper to a scheme's greys. A button is of the very
// colour, with black or white on it; a shape is, where it can be seen; text is
// of a shade nearer to end, black or white, that has that contrast.
func (s scheme) colored(c, end config.Color, ratio float64) scheme {
	s.accent = readable(c, end, ratio, s.sheet, s.ground)
	s.accentDeep = mix(s.accent, end, .3)
	s.brand = s.accent
	if standsOut(c, forShapes, s.sheet, s.ground) {
		s.brand = c
	}
	s.button, s.label = c, white
	if !standsOut(white, forText, c) {
		s.label = black
	}
	// Towards its label a button comes forward; where that costs too much contrast, it steps back.
	other := map[config.Color]config.Color{black: white, white: black}[s.label]
	if s.buttonDeep = mix(c, s.label, .14); !standsOut(s.label, forText, s.buttonDeep) {
		s.buttonDeep = mix(c, other, .14)
	}
	return s
}

// declarations writes the scheme as CSS.
func (s scheme) declarations() string {
	var b strings.Builder
	for _, d := range []struct {
		name  string
		color config.Color
	}{
		{"ground", s.ground}, {"sheet", s.sheet}, {"ink", s.ink}, {"soft", s.soft}, {"edge", s.edge}, {"field", s.field},
		{"accent", s.accent}, {"accent-deep", s.accentDeep}, {"brand", s.brand},
		{"button", s.button}, {"button-deep", s.buttonDeep}, {"label", s.label},
	} {
		fmt.Fprintf(&b, "--%s: %s;\n", d.name, d.color)
	}
	return b.String()
}
