package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// fault is what is wrong with a key, a column's name or a cell, and what to do
// about it; problem is empty when nothing is.
type fault struct{ problem, mend string }

// checkColumn judges the name of a column, which becomes a value's name.
func checkColumn(name string, extracted []string) fault {
	parsed, err := config.ParseTemplate("{" + name + "}")
	switch {
	case err != nil || !slices.Equal(parsed.Names(), []string{name}):
		return fault{"is no name of a value", "name the column with letters, digits, _ and - only"}
	case slices.Contains(extracted, name):
		return fault{"is the name of a value that is extracted", "rename the column"}
	}
	return fault{}
}

// checkKey judges a row's key.
func checkKey(key string) fault {
	if key == "" {
		return fault{"is empty", "write the row's key, or leave the row out"}
	}
	return checkCell(key)
}

// checkCell judges a cell; an empty one is no value, and no fault.
func checkCell(text string) fault {
	switch {
	case len(text) > maxText:
		return fault{fmt.Sprintf("is %d bytes long", len(text)), "write at most 1 KiB"}
	case !isClean(text):
		return fault{"has a control character, such as a line break, or one that is not UTF-8", "write it on one line, and save the file as UTF-8"}
	case strings.TrimSpace(text) != text:
		return fault{"has a space at its beginning or end", "write it without"}
	}
	return fault{}
}
