package mapping

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// parseYAML reads a table as key: {column: text}. Its faults come together, as
// config.Faults; they repeat no cell, nor the line that it is in.
func parseYAML(file string, text []byte, extracted []string) (rows, error) {
	var read rows
	report := config.Decode(file, text, &read)
	reject := func(at string, f fault) {
		if f.problem != "" {
			report.Reject(at, f.problem, f.mend)
		}
	}
	judged := map[string]bool{} // columns: many rows have the same, and one fault is enough
	for _, key := range slices.Sorted(maps.Keys(read)) {
		at := memberKey("", key)
		reject(at, checkKey(key))
		for _, column := range slices.Sorted(maps.Keys(read[key])) {
			if !judged[column] {
				judged[column] = true
				reject(memberKey(at, column), checkColumn(column, extracted))
			}
			reject(memberKey(at, column), checkCell(read[key][column]))
			if read[key][column] == "" {
				delete(read[key], column)
			}
		}
	}
	faults, _ := report.Err().(config.Faults)
	for i := range faults {
		faults[i].Source = "" // it may hold somebody's data
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return read, nil
}

// memberKey is a key as config.Report has it: quoted where it could be read as more than one.
func memberKey(parent, name string) string {
	switch {
	case !isPlainKey(name):
		return parent + "[" + strconv.QuoteToGraphic(name) + "]"
	case parent == "":
		return name
	}
	return parent + "." + name
}

func isPlainKey(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}
