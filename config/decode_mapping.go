package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// entry is one key of a mapping, its own or one merged in by <<.
type entry struct {
	name  string
	key   ast.Node
	value ast.Node
}

// structure decodes a mapping into a struct, key by key.
func (d *decoder) structure(n mapNode, v reflect.Value, key string) {
	fillDefaults(v)
	fields := fieldsOf(v.Type())
	present := map[string]bool{}
	for _, e := range d.entries(n, key) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == e.name })
		if i < 0 {
			d.unknown(e, key, names(fields))
			continue
		}
		present[e.name] = true
		at := memberKey(key, e.name)
		d.r.places[at] = placeOfValue(e.key, e.value)
		d.value(e.value, v.Field(fields[i].index), at, fields[i])
	}
	for _, f := range fields {
		if f.required && !present[f.name] && !d.r.broken[memberKey(key, f.name)] {
			d.fault(memberKey(key, f.name), "is missing", "add "+f.name+": "+missing(v.Type().Field(f.index).Type, f))
		}
	}
}

// dictionary decodes a mapping whose keys are the file's own.
func (d *decoder) dictionary(n mapNode, v reflect.Value, key string, f field) {
	v.Set(reflect.MakeMap(v.Type()))
	member := f.member()
	member.shorthand = f.shorthand // of a mapping it speaks of the members
	for _, e := range d.entries(n, key) {
		at := memberKey(key, e.name)
		d.r.places[at] = placeOfValue(e.key, e.value)
		if v.Type().Elem() == reflect.TypeFor[Option]() && tellsWho(e.name) {
			d.hide(e.value)
		}
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(e.value, value, at, member)
		v.SetMapIndex(reflect.ValueOf(e.name).Convert(v.Type().Key()), value)
	}
}

// unknown reports a key that the struct does not have.
func (d *decoder) unknown(e entry, parent string, known []string) {
	d.hide(e.value)
	mend := "the keys here are " + listed(known, "and")
	if len(known) == 1 {
		mend = "the only key here is " + known[0]
	}
	if len(d.r.faults) < maxFaults { // no more are shown
		meant, near, sure := d.homes().misplaced(e.name, parent, known)
		switch {
		case sure:
			mend = meant
		case meant != "":
			mend = meant + "; " + mend
		}
		if near != "" {
			d.r.broken[memberKey(parent, near)] = true // nothing more is said of what is only misspelt
		}
	}
	at := memberKey(parent, e.name)
	d.r.places[at] = startOf(e.key) // so that its line is shown, even the first
	d.r.fault(startOf(e.key), at, "is not a known key", mend)
}

// entries returns a mapping's keys: first its own, then those that << merges in
// and it does not have.
func (d *decoder) entries(n mapNode, key string) []entry {
	var own []entry
	var merges []ast.Node
	seen := map[string]bool{}
	for iter := n.MapRange(); iter.Next(); {
		name, ok := keyText(iter.Key())
		switch {
		case iter.Key().IsMergeKey():
			merges = append(merges, iter.Value())
		case !ok:
			d.hide(iter.Value())
			d.r.fault(startOf(iter.Key()), key, "a key must be a plain text", "write key: value")
		case seen[name]:
			d.hide(iter.Value())
			d.r.fault(startOf(iter.Key()), memberKey(key, name), "is given twice", "leave one of them out")
		default:
			seen[name] = true
			own = append(own, entry{name, iter.Key(), iter.Value()})
		}
	}
	for _, m := range merges {
		own = d.merge(own, seen, m, key)
	}
	return own
}

// merge adds the keys of a << value that are not there yet.
func (d *decoder) merge(own []entry, seen map[string]bool, n ast.Node, key string) []entry {
	d.follow(n, key, func(n ast.Node) {
		switch n := n.(type) {
		case mapNode:
			for _, e := range d.entries(n, key) {
				if !seen[e.name] {
					seen[e.name] = true
					own = append(own, e)
				}
			}
		case *ast.SequenceNode:
			for _, member := range n.Values {
				own = d.merge(own, seen, member, key)
			}
		default:
			d.hide(n)
			d.r.fault(startOf(n), key, "<< takes a mapping", "write <<: *name of an anchor (&name) on a mapping")
		}
	})
	return own
}

// memberKey is the name of a key in a mapping: sites[0].host. A name that could
// be read as more than one key is quoted: attributes["a.b"].
func memberKey(parent, name string) string {
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
		return parent + "[" + quoted(name) + "]"
	}
	if parent == "" {
		return shorten(name)
	}
	return parent + "." + shorten(name)
}

// itemKey is the name of a list's member: sites[0].
func itemKey(parent string, i int) string { return parent + "[" + strconv.Itoa(i) + "]" }
