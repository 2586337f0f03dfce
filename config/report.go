package config

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
)

// maxFaults is the most faults that are shown at once.
const maxFaults = 100

// place is where a key's value stands.
type place struct{ line, column int }

// compare orders places as they follow in the file.
func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.line, q.line), cmp.Compare(p.column, q.column))
}

// note is a fault before its source line is known: what to hide of a line is
// only certain after the whole file was walked.
type note struct {
	place
	key, problem, mend string
}

// Report is what Decode found in a file, and takes what the caller finds in the
// decoded values.
type Report struct {
	file     string
	excerpts excerpts
	places   map[string]place
	broken   map[string]bool   // faulted by the walk
	rejected map[string]bool   // faulted by Reject
	shorts   map[string]string // keys that the file does not spell out, because their mapping or list has its short form
	stopped  bool
	named    []string // files
	before   *Config  // whose place the one that is read is to take; nil for nobody's

	certificates map[[sha256.Size]byte]bool // that were read
	faults       []note
	warnings     []note
	others       Faults  // of the files that this one names
	warned       []Fault // of them, too
}

func newReport(file, text string) *Report {
	return &Report{file: file, excerpts: newExcerpts(text), places: map[string]place{}, broken: map[string]bool{}, rejected: map[string]bool{},
		shorts: map[string]string{}, certificates: map[[sha256.Size]byte]bool{}}
}

// Reject adds a fault to a key, written as sites[0].ferndesk.jwt_secret. It
// stands at the key's value, or at the nearest key above it that the file has;
// mend is the whole phrase, such as "write 90s". A key that Decode has faulted
// already is left alone: its value says nothing.
func (r *Report) Reject(key, problem, mend string) {
	if r.isBroken(key) {
		return
	}
	r.rejected[key] = true
	r.faults = append(r.faults, note{r.place(key), key, problem, mend})
}

// Warn adds a warning to a key, as Reject adds a fault.
func (r *Report) Warn(key, problem, mend string) {
	if r.isBroken(key) {
		return
	}
	r.warnings = append(r.warnings, note{r.place(key), key, problem, mend})
}

// Include adds the faults of another file, which this one names; they follow the
// file's own. A fault that is there already is not added again.
func (r *Report) Include(others Faults) {
	for _, f := range others {
		if !slices.Contains(r.others, f) {
			r.others = append(r.others, f)
		}
	}
}

// IncludeWarnings adds the warnings of another file, as Include adds its faults.
func (r *Report) IncludeWarnings(others []Fault) {
	for _, f := range others {
		if !slices.Contains(r.warned, f) {
			r.warned = append(r.warned, f)
		}
	}
}

// Files are the files that this one names and that were looked for, in its order.
func (r *Report) Files() []string { return r.named }

// Has tells whether the file has the key.
func (r *Report) Has(key string) bool {
	return r.placed(key) || r.broken[key]
}

func (r *Report) placed(key string) bool {
	_, ok := r.places[key]
	return ok
}

// Err returns all faults as Faults in the file's order, those of other files
// after them, or nil.
func (r *Report) Err() error {
	if len(r.faults)+len(r.others) == 0 {
		return nil
	}
	return Faults(append(r.finish(r.faults), r.others...))
}

// Warnings returns all warnings in the file's order, those of other files after them.
func (r *Report) Warnings() []Fault { return append(r.finish(r.warnings), r.warned...) }

// fault adds what the walk itself finds at a place, and remembers the key as broken.
func (r *Report) fault(at place, key, problem, mend string) {
	r.broken[key] = true
	r.faults = append(r.faults, note{at, key, problem, mend})
}

// stop adds the fault that makes it senseless to look further.
func (r *Report) stop(at place, problem, mend string) {
	r.faults = append(r.faults, note{at, "", problem, mend})
	r.stopped = true
}

// isBroken tells whether the key, or one above it, was faulted by the walk.
func (r *Report) isBroken(key string) bool {
	if r.stopped || r.broken[""] {
		return true
	}
	for ; key != ""; key = parentKey(key) {
		if r.broken[key] {
			return true
		}
	}
	return false
}

// sound tells whether none of the keys was faulted so far: only then do their values say something together.
func (r *Report) sound(keys ...string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return r.rejected[key] || r.isBroken(key) })
}

// place returns the key's place, or that of the nearest key above it.
func (r *Report) place(key string) place {
	for ; key != ""; key = parentKey(key) {
		if p, ok := r.places[key]; ok {
			return p
		}
	}
	return r.places[""]
}

// parentKey cuts a key's last part: sites[0].host, sites[0], sites.
func parentKey(key string) string {
	return key[:max(strings.LastIndexAny(key, ".["), 0)]
}

// intact tells whether the walk faulted nothing at the key, above it or below it.
func (r *Report) intact(key string) bool {
	if r.isBroken(key) {
		return false
	}
	for broken := range r.broken {
		if rest, below := strings.CutPrefix(broken, key); below && strings.IndexAny(rest, ".[") == 0 {
			return false
		}
	}
	return true
}

// shortest is a key as the file spells it.
func (r *Report) shortest(key string) string {
	for at := key; at != ""; at = parentKey(at) {
		if short, ok := r.shorts[at]; ok { // which is the key above
			key = short + key[len(at):]
		}
	}
	return key
}

// finish sorts notes, drops those an alias brought twice, and adds the source lines.
func (r *Report) finish(notes []note) []Fault {
	notes = slices.Clone(notes)
	slices.SortStableFunc(notes, func(a, b note) int {
		return a.compare(b.place)
	})
	var faults []Fault
	for i, n := range notes {
		if len(faults) == maxFaults {
			more := strconv.Itoa(len(notes)-i) + " more are not shown"
			return append(faults, Fault{File: r.file, Problem: more, Mend: "mend the ones above first"})
		}
		at := r.excerpts.inside(n.place)
		f := Fault{File: r.file, Line: at.line, Column: at.column, Problem: printable(n.problem), Mend: printable(n.mend)}
		if key := r.shortest(n.key); key != "" {
			f.Key, f.Problem = printable(key), printable(key+": "+n.problem)
		}
		if !r.stopped && (n.key == "" || n.place != r.places[""] || r.placed(n.key)) { // the first line says nothing of a key that is absent
			f.Source = r.excerpts.line(n.place)
		}
		if !slices.Contains(faults, f) {
			faults = append(faults, f)
		}
	}
	return faults
}
