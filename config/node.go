package config

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// mapNode is a mapping, of one key or of many.
type mapNode interface {
	ast.Node
	MapRange() *ast.MapNodeIter
}

// placeOf returns where a token stands.
func placeOf(t *token.Token) place {
	if t == nil || t.Position == nil {
		return place{}
	}
	return place{max(t.Position.Line, 1), max(t.Position.Column, 1)}
}

// startOf returns where a node begins: for a block mapping, its first key.
func startOf(n ast.Node) place {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return startOf(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return startOf(n.Key)
	}
	return placeOf(n.GetToken())
}

// placeOfValue returns where a key's value begins. What is written below its key
// is placed at the key: that line is the one to look at.
func placeOfValue(key, value ast.Node) place {
	start, at := startOf(key), startOf(value)
	if at.line != start.line {
		return start
	}
	return at
}

// lastPlace returns where the last token of a node begins.
func lastPlace(n ast.Node) place {
	switch n := n.(type) {
	case *ast.AnchorNode:
		return lastPlace(n.Value)
	case *ast.AliasNode:
		return lastPlace(n.Value)
	case *ast.TagNode:
		if n.Value != nil {
			return lastPlace(n.Value)
		}
	case *ast.LiteralNode:
		return lastPlace(n.Value)
	case *ast.MappingKeyNode:
		return lastPlace(n.Value)
	case *ast.MappingValueNode:
		return lastPlace(n.Value)
	case *ast.MappingNode:
		if n.IsFlowStyle && n.End != nil {
			return placeOf(n.End)
		}
		if len(n.Values) > 0 {
			return lastPlace(n.Values[len(n.Values)-1])
		}
	case *ast.SequenceNode:
		if n.IsFlowStyle && n.End != nil {
			return placeOf(n.End)
		}
		if len(n.Values) > 0 {
			return lastPlace(n.Values[len(n.Values)-1])
		}
	}
	return placeOf(n.GetToken())
}

// textOf returns a scalar as it is written, without its quotes: 0123 and yes stay what they are.
func textOf(n ast.ScalarNode) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	}
	return n.GetToken().Value
}

// keyText returns a key's text, if it is one.
func keyText(k ast.MapKeyNode) (string, bool) {
	switch k := k.(type) {
	case *ast.MappingKeyNode:
		inner, ok := k.Value.(ast.MapKeyNode)
		if !ok {
			return "", false
		}
		return keyText(inner)
	case *ast.StringNode:
		return k.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return k.GetToken().Value, true
	}
	return "", false
}

// kindOf names what a node is, for messages.
func kindOf(n ast.Node) string {
	switch n.(type) {
	case mapNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	}
	return "a single value"
}
