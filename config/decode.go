package config

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"
)

// decoder is one walk of a file's tree against the type to fill.
type decoder struct {
	r       *Report
	dir     string
	aliases aliases
	depth   int
	homes   func() *homes // of the keys of the whole file
}

// Decode reads YAML into a pointer to a struct, whose tags say what each key may
// be (see fieldsOf), and reports every fault at once. What could be read is
// filled in even so, defaults included. file names the source in reports, and
// its folder is what relative paths start from.
func Decode(file string, src []byte, into any) *Report {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(src), "\ufeff"))
	r := newReport(file, text)
	root := parse(text, r)
	if root == nil {
		return r
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil { // without a working folder; the names stay relative then
		dir = filepath.Dir(file)
	}
	d := &decoder{
		r:       r,
		dir:     dir,
		aliases: resolveAliases(root),
		homes: sync.OnceValue(func() *homes {
			return homesIn(reflect.TypeOf(into).Elem())
		}),
	}
	r.places[""] = startOf(root)
	d.value(root, reflect.ValueOf(into).Elem(), "", field{})
	return r
}

// value decodes a node into v and reports what is wrong under the key.
func (d *decoder) value(n ast.Node, v reflect.Value, key string, f field) {
	if f.secret || v.Type() == reflect.TypeFor[Secret]() {
		d.hide(n)
	}
	d.follow(n, key, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.TagNode:
			d.fault(key, "tags such as !!str mean nothing here", "leave the tag out")
		case *ast.NullNode:
			d.fault(key, "has no value", mendNull(v.Type()))
		case mapNode:
			d.mapping(n, v, key, f)
		case *ast.SequenceNode:
			d.sequence(n, v, key, f)
		case ast.ScalarNode:
			d.scalar(n, v, key, f)
		default:
			d.wrongKind(n, v.Type(), key, f)
		}
	})
}

// mapping decodes a mapping.
func (d *decoder) mapping(n mapNode, v reflect.Value, key string, f field) {
	switch {
	case isScalar(v.Type()):
		d.wrongKind(n, v.Type(), key, f)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.mapping(n, v.Elem(), key, f)
	case v.Kind() == reflect.Struct:
		d.structure(n, v, key)
	case v.Kind() == reflect.Map:
		d.dictionary(n, v, key, f)
	case v.Kind() == reflect.Slice && f.shorthand && !isScalar(v.Type().Elem()):
		d.mapping(n, d.only(v, key), itemKey(key, 0), f.member())
	default:
		d.wrongKind(n, v.Type(), key, f)
	}
}

// sequence decodes a list.
func (d *decoder) sequence(n *ast.SequenceNode, v reflect.Value, key string, f field) {
	if v.Kind() != reflect.Slice {
		d.wrongKind(n, v.Type(), key, f)
		return
	}
	if f.required && len(n.Values) == 0 {
		d.fault(key, "is an empty list", "write at least one member")
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Values), len(n.Values)))
	for i, member := range n.Values {
		at := itemKey(key, i)
		d.r.places[at] = startOf(member)
		d.value(member, v.Index(i), at, f.member())
	}
}

// scalar decodes a scalar, also where it is short for a list or a mapping.
func (d *decoder) scalar(n ast.ScalarNode, v reflect.Value, key string, f field) {
	t := v.Type()
	switch {
	case t == reflect.TypeFor[Secret]():
		d.secret(textOf(n), v, key)
	case t == reflect.TypeFor[Option]():
		o, problem, mend := parseOption(n)
		if problem != "" {
			d.fault(key, problem, mend)
			return
		}
		v.SetString(string(o))
	case isScalar(t):
		problem, mend := setText(v, textOf(n), f, d.dir)
		if problem != "" {
			d.fault(key, problem, mend)
		}
		if f.path && !f.folder {
			d.names(textOf(n))
		}
	case t.Kind() == reflect.Slice && f.shorthand && isScalar(t.Elem()):
		d.scalar(n, d.only(v, key), itemKey(key, 0), f.member())
	case t.Kind() == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		d.scalar(n, v.Elem(), key, f)
	case t.Kind() == reflect.Struct && shorthandOf(t) != nil:
		short := *shorthandOf(t)
		at := memberKey(key, short.name)
		fillDefaults(v)
		d.r.places[at], d.r.shorts[at] = d.r.place(key), key
		d.value(n, v.Field(short.index), at, short)
	default:
		d.wrongKind(n, t, key, f)
	}
}

// names takes in that the file names another.
func (d *decoder) names(text string) {
	if path, problem, _ := parseString(text, field{path: true}, d.dir); problem == "" {
		d.r.named = append(d.r.named, path)
	}
}

// only makes a list of one member, which the file writes in place of the list, and returns the member.
func (d *decoder) only(v reflect.Value, key string) reflect.Value {
	v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	at := itemKey(key, 0)
	d.r.places[at], d.r.shorts[at] = d.r.place(key), key
	return v.Index(0)
}

// wrongKind reports a list where there should be a mapping, and the like.
func (d *decoder) wrongKind(n ast.Node, want reflect.Type, key string, f field) {
	if holdsSecret(want) {
		d.hide(n)
	}
	what, how := describe(want, f)
	if on, ok := n.(ast.ScalarNode); ok && isSwitched(want) {
		switch name := key[strings.LastIndex(key, ".")+1:]; textOf(on) {
		case "true", "yes", "on":
			how = name + ": { enabled: true }, or its keys on the lines below"
		case "false", "no", "off":
			how = name + ": { enabled: false }"
		}
	}
	d.fault(key, "must be "+what+", not "+kindOf(n), "write "+how)
}

// isSwitched tells whether a mapping has the key enabled, which is what people
// mean who write true or false in its place.
func isSwitched(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && slices.Contains(names(fieldsOf(t)), "enabled")
}

// fault reports what is wrong with a key's value.
func (d *decoder) fault(key, problem, mend string) {
	d.r.fault(d.r.place(key), key, problem, mend)
}

// hide keeps a node's text out of every excerpt, and what it is an alias of.
func (d *decoder) hide(n ast.Node) {
	d.r.excerpts.hide(startOf(n), lastPlace(n))
	if alias, ok := n.(*ast.AliasNode); ok && d.aliases.target[alias] != nil {
		target := d.aliases.target[alias]
		d.r.excerpts.hide(startOf(target), lastPlace(target))
	}
}
