package shades

import (
	"math"

	"github.com/ferngate/ferngate/config"
)

// The least contrasts of WCAG 2.2 at level AA.
const (
	forText   = 4.5 // success criterion 1.4.3
	forShapes = 3   // success criterion 1.4.11
)

// forTextOnDark is more than the least: a dim link on dark looks like one that is off.
const forTextOnDark = 6

var (
	black = config.Color{}
	white = config.Color{R: 255, G: 255, B: 255}
)

// luminance is how bright a colour is, from 0 to 1, as WCAG 2.2 defines it.
func luminance(c config.Color) float64 {
	linear := func(channel uint8) float64 {
		v := float64(channel) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// contrast is the ratio of two colours' brightness, from 1 to 21, as WCAG 2.2 defines it.
func contrast(a, b config.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// mix is the colour that lies so far on the way from one to another, 0 to 1.
func mix(from, to config.Color, share float64) config.Color {
	channel := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*share)) }
	return config.Color{R: channel(from.R, to.R), G: channel(from.G, to.G), B: channel(from.B, to.B)}
}

// standsOut reports whether a colour has that contrast to each of the grounds.
func standsOut(c config.Color, ratio float64, grounds ...config.Color) bool {
	for _, ground := range grounds {
		if contrast(c, ground) < ratio {
			return false
		}
	}
	return true
}

// readable is the first colour on the way from c to black or white that has that
// contrast to each of the grounds.
func readable(c, end config.Color, ratio float64, grounds ...config.Color) config.Color {
	const steps = 64
	for i := range steps {
		if shade := mix(c, end, float64(i)/steps); standsOut(shade, ratio, grounds...) {
			return shade
		}
	}
	return end
}
