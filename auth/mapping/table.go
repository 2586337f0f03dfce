package mapping

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth/watch"
	"github.com/ferngate/ferngate/config"
)

// Table is a file of further values, one row a person. All of it may be used
// by many goroutines at once.
type Table struct {
	key       config.Template
	extracted []string
	log       *zap.Logger
	file      watch.File
	rows      atomic.Pointer[rows]

	reloading sync.Mutex
	last      watch.Content // guarded by reloading; its Err is also what is wrong in the text
}

// rows are a table's rows by key: the values by column.
type rows map[string]map[string]string

// NewTable reads the table of cfg. No column of it, now or after a reload, may
// have the name of a value that is extracted. The error is config.Faults, with
// every fault in the file, or *watch.Unreadable.
func NewTable(cfg config.Enrich, extracted []string, log *zap.Logger) (*Table, error) {
	t := &Table{
		key:       cfg.Key,
		extracted: extracted,
		log:       log,
		file:      watch.File{Path: cfg.File, What: "table", Setting: "enrich.file"},
	}
	read, err := t.parse(t.file.Read())
	if err != nil {
		return nil, err
	}
	t.rows.Store(&read)
	return t, nil
}

// CheckTable reads the table of cfg, if it names one, and adds what is wrong in it
// to the report of the config that has cfg under key. No column may have the name
// of a value that is extracted, as in NewTable.
func CheckTable(cfg *config.Enrich, extracted []string, key string, r *config.Report) {
	if cfg == nil || cfg.File == "" {
		return
	}
	_, err := NewTable(*cfg, extracted, zap.NewNop())
	watch.Report(err, key+".file", r)
}

// Watch reloads the table whenever it changes, until ctx is done. A table with
// a fault is logged once, with the fault, and changes nothing; nor does one
// that is gone. Where the system cannot watch, a change is seen within 10 s.
func (t *Table) Watch(ctx context.Context) { t.file.Follow(ctx, t.log, t.follow) }

// follow is one look at the file.
func (t *Table) follow() {
	if changed, err := t.reload(); changed && err != nil {
		t.log.Warn("table not reloaded, the rows from before stay", zap.Error(err))
	}
}

// Reload reads the table again and swaps all of it or, with an error as
// NewTable returns it, nothing. Unchanged content changes nothing and returns
// what it returned before.
func (t *Table) Reload() error {
	_, err := t.reload()
	return err
}

// reload also reports whether the content is another than the time before.
func (t *Table) reload() (changed bool, err error) {
	// Two reloads at once could otherwise store the older content last.
	t.reloading.Lock()
	defer t.reloading.Unlock()
	now := t.file.Read()
	if now.Same(t.last) {
		return false, t.last.Err
	}
	read, err := t.parse(now)
	if err != nil {
		return true, err
	}
	t.rows.Store(&read)
	t.log.Info("table reloaded", zap.String("file", t.file.Path), zap.Int("rows", len(read)))
	return true, nil
}

// parse returns the rows, and keeps of the content no more than its fault.
func (t *Table) parse(now watch.Content) (rows, error) {
	var read rows
	if now.Err == nil {
		read, now.Err = parseTable(t.file.Path, now.Text, t.extracted)
	}
	now.Text = nil
	t.last = now
	return read, now.Err
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
	return (*t.rows.Load())[key.text]
}
