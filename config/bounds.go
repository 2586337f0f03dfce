package config

import (
	"strconv"

	"github.com/goccy/go-yaml/token"
)

// What a file may hold. Real ones stay far below; the parser's work grows with
// the square of these, and its stack with the depth.
const (
	maxDepth   = 64
	maxKeys    = 10_000
	maxAnchors = 1_000
)

// level is one open mapping or list of the token stream: the column that its
// block style keys stand in (0 for flow style), and how many keys it has so far.
type level struct{ column, keys int }

// tooMuch looks for what would make parsing expensive, before any is done.
func tooMuch(tokens token.Tokens) (at place, problem, mend string) {
	var open []level
	flow, marks := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
			open = append(open, level{})
		case token.MappingEndType, token.SequenceEndType:
			if flow > 0 {
				flow--
				open = open[:len(open)-1]
			}
		case token.AnchorType, token.TagType, token.MappingKeyType:
			marks++
		case token.CollectEntryType:
			if flow > 0 {
				open[len(open)-1].keys++
			}
		case token.MappingValueType, token.SequenceEntryType:
			if flow == 0 {
				open = openBlock(open, t)
			}
		}
		switch n := len(open); {
		case n > maxDepth:
			return placeOf(t), "the file is nested too deeply here", "nest less: at most " + strconv.Itoa(maxDepth) + " levels are read"
		case n > 0 && t.Type == token.MappingValueType && open[n-1].keys > maxKeys:
			return placeOf(t), "this mapping has too many keys", "write at most " + strconv.Itoa(maxKeys)
		case marks > maxAnchors:
			return placeOf(t), "the file has too many anchors, tags and ? signs", "write at most " + strconv.Itoa(maxAnchors)
		}
	}
	return place{}, "", ""
}

// openBlock notes a block style key or list entry: it ends every level further
// to the right, and belongs to the one in its own column or opens a new one.
func openBlock(open []level, t *token.Token) []level {
	column := t.Position.Column
	if t.Type == token.MappingValueType && t.Prev != nil {
		column = t.Prev.Position.Column
	}
	for len(open) > 0 && open[len(open)-1].column > column {
		open = open[:len(open)-1]
	}
	if len(open) == 0 || open[len(open)-1].column < column {
		open = append(open, level{column: column})
	}
	if t.Type == token.MappingValueType {
		open[len(open)-1].keys++
	}
	return open
}
