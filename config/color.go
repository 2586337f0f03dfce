package config

import (
	"fmt"
	"regexp"
	"strconv"
)

// Color is a colour of the sRGB space, written as in CSS: #2c6a3e, or #fd0 for #ffdd00.
type Color struct{ R, G, B uint8 }

// colorForm is a colour as it is written.
var colorForm = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)

// mendColor says how a colour is written; without quotes YAML takes it for a remark.
const mendColor = `write it in quotes, as # and six hexadecimal digits, such as "#2c6a3e"`

// parseColor reads a colour. The two texts are what is wrong and what to write
// instead; the first is empty when nothing is.
func parseColor(s string) (c Color, problem, mend string) {
	parts := colorForm.FindStringSubmatch(s)
	if parts == nil {
		return Color{}, quoted(s) + " is not a colour", mendColor
	}
	digits := parts[1]
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	n, _ := strconv.ParseUint(digits, 16, 32) // colorForm has seen that they are digits
	return Color{uint8(n >> 16), uint8(n >> 8), uint8(n)}, "", ""
}

// String returns the colour as #2c6a3e.
func (c Color) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// MarshalText implements encoding.TextMarshaler.
func (c Color) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
