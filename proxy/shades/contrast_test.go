package shades

import (
	"math"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// The definition's own examples, and two that everybody knows.
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		a, b config.Color
		want float64
	}{
		{black, white, 21},
		{white, white, 1},
		{grey(0x76), white, 4.54},
		{grey(0x77), white, 4.48},
		{config.Color{R: 255}, white, 4.00},
		{config.Color{B: 255}, white, 8.59},
	} {
		if got := contrast(c.a, c.b); math.Abs(got-c.want) > 0.005 || got != contrast(c.b, c.a) {
			t.Errorf("%s on %s: %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}
