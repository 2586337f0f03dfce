package config

import "github.com/goccy/go-yaml/ast"

// maxExpanded bounds how many nodes a file's aliases stand for, all of them
// together: an alias of aliases of aliases can stand for billions.
const maxExpanded = 100_000

// aliases are what each alias (*name) of a file stands for, and how far the walk has followed them.
type aliases struct {
	target   map[*ast.AliasNode]ast.Node
	open     map[ast.Node]bool
	expanded int
}

// resolveAliases finds each alias's anchor: the last one of its name before it.
func resolveAliases(root ast.Node) aliases {
	f := &anchorFinder{anchors: map[string]ast.Node{}, target: map[*ast.AliasNode]ast.Node{}}
	ast.Walk(f, root)
	return aliases{target: f.target, open: map[ast.Node]bool{}}
}

// anchorFinder visits a file's nodes in their order.
type anchorFinder struct {
	anchors map[string]ast.Node
	target  map[*ast.AliasNode]ast.Node
}

// Visit implements ast.Visitor.
func (f *anchorFinder) Visit(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case *ast.AnchorNode:
		f.anchors[n.Name.GetToken().Value] = n.Value
	case *ast.AliasNode:
		f.target[n] = f.anchors[n.Value.GetToken().Value]
	}
	return f
}

// follow calls visit with what a node stands for, through anchors and aliases.
func (d *decoder) follow(n ast.Node, key string, visit func(ast.Node)) {
	d.depth++
	defer func() { d.depth-- }()
	if len(d.aliases.open) > 0 {
		d.aliases.expanded++
	}
	if d.aliases.expanded > maxExpanded || d.depth > 2*maxDepth {
		if !d.r.stopped {
			d.r.stop(startOf(n), "the aliases (*name) of this file stand for too much", "write the values out")
		}
		return
	}
	switch n := n.(type) {
	case *ast.AnchorNode:
		d.follow(n.Value, key, visit)
	case *ast.AliasNode:
		target := d.aliases.target[n]
		switch {
		case target == nil:
			d.r.fault(startOf(n), key, "there is no anchor of this name above", "write &name before the value that *name repeats, or quotes around a text that begins with *")
		case d.aliases.open[target]:
			d.r.fault(startOf(n), key, "this alias stands for a value that it is part of", "write the value out")
		default:
			d.aliases.open[target] = true
			d.follow(target, key, visit)
			delete(d.aliases.open, target)
		}
	default:
		visit(n)
	}
}
