package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// maxHomes is the most sections that a mend names for one key: a key of more
// of them, such as path, is none that somebody put in the wrong one.
const maxHomes = 3

// minGuessed is the least length of a misspelt key that one of another section
// is guessed for, in bytes: short words are like too many.
const minGuessed = 6

// homes are the sections of a file's type by what they have.
type homes struct {
	sections map[string][]string // by key
	joined   map[string]string   // session_keys: keys in the section session
	keys     []string            // all of them, sorted
}

func homesIn(root reflect.Type) *homes {
	h := &homes{sections: map[string][]string{}, joined: map[string]string{}}
	walkSections(root, "", nil, func(section, key string) {
		h.sections[key] = append(h.sections[key], section)
		if last := strings.TrimSuffix(section[strings.LastIndex(section, ".")+1:], "[]"); last != "" {
			h.joined[last+"_"+key] = key + " in the section " + section
		}
	})
	h.keys = slices.Sorted(maps.Keys(h.sections))
	return h
}

// misplaced says what to write for a key that its section, which knows others,
// does not have, and whether that is sure to be what is meant; empty where nothing
// is like it. near is the key of the same section that it is misspelt for, if it is.
func (h *homes) misplaced(name, parent string, known []string) (mend, near string, sure bool) {
	if at, ok := h.joined[name]; ok && len(h.sections[name]) == 0 {
		return "write " + at, "", true
	}
	if best, ok := Nearest(name, known); ok {
		return "write " + best, best, true
	}
	meant, says := name, name+" belongs to "
	if len(h.sections[name]) == 0 && len(name) >= minGuessed {
		meant, _ = Nearest(name, h.keys)
		says = "if " + meant + " is meant: it belongs to "
	}
	places := slices.Clone(h.sections[meant])
	if len(places) == 0 || len(places) > maxHomes || slices.Contains(places, sectionOf(parent)) {
		return "", "", false
	}
	if i := slices.Index(places, ""); i >= 0 {
		places[i] = "the top level"
	}
	return says + listed(places, "or"), "", false
}

// walkSections calls visit with every key of a struct and of those below it, and
// with the section that has it: "" for the file itself.
func walkSections(t reflect.Type, section string, above []reflect.Type, visit func(section, key string)) {
	if slices.Contains(above, t) {
		return
	}
	for _, f := range fieldsOf(t) {
		visit(section, f.name)
		if below, lists := structIn(t.Field(f.index).Type); below != nil {
			at := strings.TrimPrefix(section+"."+f.name, ".") + lists
			walkSections(below, at, append(slices.Clip(above), t), visit)
		}
	}
}

// structIn is the struct that values of a type are, or lists of it or pointers
// lead to, and a [] for each list around it; nil where there is none.
func structIn(t reflect.Type) (below reflect.Type, lists string) {
	for !isScalar(t) {
		switch t.Kind() {
		case reflect.Pointer:
			t = t.Elem()
		case reflect.Slice:
			t, lists = t.Elem(), lists+"[]"
		case reflect.Struct:
			return t, lists
		default:
			return nil, ""
		}
	}
	return nil, ""
}

// sectionOf is the section of a key: sites[].ferndesk of sites[0].ferndesk.
func sectionOf(key string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(key, "[") {
		if _, rest, indexed := strings.Cut(part, "]"); indexed {
			b.WriteString("[]" + rest)
			continue
		}
		b.WriteString(part)
	}
	return b.String()
}
