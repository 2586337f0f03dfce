package mapping

import (
	"path/filepath"
	"reflect"
	"strings"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/config/watch"
)

// Table is a file of further values, one row a person, as it was when it was
// read. All of it may be used by many goroutines at once.
type Table struct {
	key  config.Template
	rows rows
}

// rows are a table's rows by key: the values by column.
type rows map[string]map[string]string

// NewTable reads the table of cfg. No column of it may have the name of a value
// that is extracted. The error is config.Faults, with every fault in the file, or
// *watch.Unreadable.
func NewTable(cfg config.Enrich, extracted []string) (*Table, error) {
	text, err := watch.File{Path: cfg.File, What: "table", Setting: "enrich.file"}.Read()
	if err != nil {
		return nil, err
	}
	rows, err := parseTable(cfg.File, text, extracted)
	if err != nil {
		return nil, err
	}
	return &Table{key: cfg.Key, rows: rows}, nil
}

// Equal reports whether two tables, each of which may be nil, say the same of everybody.
func (t *Table) Equal(other *Table) bool {
	if t == nil || other == nil {
		return t == other
	}
	return reflect.DeepEqual(t, other)
}

// CheckTable reads the table of cfg, if it names one, and adds what is wrong in it
// to the report of the config that has cfg under key. No column may have the name
// of a value that is extracted, as in NewTable.
func CheckTable(cfg *config.Enrich, extracted []string, key string, r *config.Report) {
	if cfg == nil || cfg.File == "" {
		return
	}
	_, err := NewTable(*cfg, extracted)
	watch.Report(err, key+".file", r)
}

// parseTable reads a table in the form that its name says.
func parseTable(file string, text []byte, extracted []string) (rows, error) {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".csv":
		return parseCSV(file, string(text), extracted)
	case ".yaml", ".yml":
		return parseYAML(file, text, extracted)
	}
	return nil, config.Faults{{
		File:    file,
		Problem: "the file's name does not say what it is",
		Mend:    "name it .csv, .yaml or .yml",
	}}
}

// row returns the values of a person's row by column. The key is compared
// letter by letter; without one there is no row.
func (t *Table) row(values Values) map[string]string {
	key := compose(t.key, values)
	if !key.whole() {
		return nil
	}
	return t.rows[key.text]
}
