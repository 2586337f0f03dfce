package config

import (
	"strings"

	"github.com/goccy/go-yaml/token"
)

// joinColons mends what the lexer does with a colon inside [ ] that stand inside
// { }: it takes { keys: [env:NAME] } as a list of one mapping. In YAML a colon
// without a space after it is part of the text (YAML 1.2, section 7.3.3).
func joinColons(tokens token.Tokens) token.Tokens {
	var open []token.Type
	var joined token.Tokens
	for _, t := range tokens {
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			open = append(open, t.Type)
		case token.MappingEndType, token.SequenceEndType:
			open = open[:max(len(open)-1, 0)]
		}
		inList := len(open) > 0 && open[len(open)-1] == token.SequenceStartType
		last := len(joined) - 1
		if inList && last >= 0 && isPlain(t) && isPlain(joined[last]) && touches(joined[last], t) && !endsHere(t) {
			t = join(joined[last], t)
			joined = joined[:last]
		}
		joined = append(joined, t)
	}
	for i, t := range joined {
		t.Prev, t.Next = nil, nil
		if i > 0 {
			t.Prev, joined[i-1].Next = joined[i-1], t
		}
	}
	return joined
}

// isPlain tells whether a token can be part of a text without quotes.
func isPlain(t *token.Token) bool {
	switch t.Type {
	case token.MappingValueType, token.StringType, token.IntegerType, token.BinaryIntegerType, token.OctetIntegerType,
		token.HexIntegerType, token.FloatType, token.BoolType, token.NullType, token.InfinityType, token.NanType:
		return true
	}
	return false
}

// touches tells whether nothing stands between two tokens.
func touches(a, b *token.Token) bool {
	return a.Position.Line == b.Position.Line && a.Position.Column+len([]rune(strings.TrimSpace(a.Value))) == b.Position.Column
}

// endsHere tells whether a colon is followed by what makes it a mapping's: a space, a bracket, a comma or the line's end.
func endsHere(t *token.Token) bool {
	return t.Type == token.MappingValueType && (t.Next == nil || !isPlain(t.Next) || !touches(t, t.Next))
}

// join makes one token of two.
func join(a, b *token.Token) *token.Token {
	t := token.New(a.Value+b.Value, a.Origin+b.Origin, a.Position)
	t.Next = b.Next
	return t
}
