package shades

import (
	"testing"

	"github.com/ferngate/ferngate/config"
)

// Whatever the colour, people can read every text and see every edge that
// tells where to type or what to press.
func TestEveryColorCanBeRead(t *testing.T) {
	const step = 15 // 18 shades of each channel
	for r := 0; r <= 255; r += step {
		for g := 0; g <= 255; g += step {
			for b := 0; b <= 255; b += step {
				c := config.Color{R: uint8(r), G: uint8(g), B: uint8(b)}
				wantReadable(t, "light", c, light(c))
				wantReadable(t, "dark", c, dark(c))
			}
		}
	}
}

func wantReadable(t *testing.T, mode string, c config.Color, s scheme) {
	t.Helper()
	for _, pair := range []struct {
		what   string
		on     config.Color
		ground config.Color
		least  float64
	}{
		{"text on the sheet", s.ink, s.sheet, 7}, {"text on the page", s.ink, s.ground, 7},
		{"small text on the sheet", s.soft, s.sheet, forText}, {"small text on the page", s.soft, s.ground, forText},
		{"a link", s.accent, s.sheet, forText}, {"a link that is pointed at", s.accentDeep, s.sheet, forText},
		{"the focus on the page", s.accent, s.ground, forShapes},
		{"a button's label", s.label, s.button, forText}, {"a button's that is pointed at", s.label, s.buttonDeep, forText},
		{"the edge of a button", s.brand, s.sheet, forShapes}, {"the leaf", s.brand, s.ground, forShapes},
		{"the edge of a field", s.field, s.sheet, forShapes},
	} {
		if got := contrast(pair.on, pair.ground); got < pair.least {
			t.Fatalf("%s, %s: %s is %s on %s, which is %.2f and not %.1f", c, mode, pair.what, pair.on, pair.ground, got, pair.least)
		}
	}
	if s.button != c {
		t.Fatalf("%s, %s: the button is %s", c, mode, s.button)
	}
}

// A colour that can be read as it is stays as it is.
func TestReadableColorsStay(t *testing.T) {
	for _, c := range []config.Color{{R: 0x2c, G: 0x6a, B: 0x3e}, {R: 0x9c, G: 0x24, B: 0x18}, {}} {
		if s := light(c); s.accent != c || s.brand != c {
			t.Errorf("%s became %s and %s", c, s.accent, s.brand)
		}
	}
	if s := dark(white); s.accent != white || s.brand != white {
		t.Errorf("white became %s and %s", s.accent, s.brand)
	}
}
