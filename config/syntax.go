package config

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxFileSize is the largest file that is read.
const maxFileSize = 4 << 20

// parse returns the root of the file's one document, or stops the report with what keeps it from being read.
// The library is known to panic on some malformed inputs, and a reload must survive them.
func parse(src string, r *Report) (root ast.Node) {
	defer func() {
		if recover() != nil {
			r.stop(explain(nil))
			root = nil
		}
	}()
	if !readable(src, r) {
		return nil
	}
	lexed := lexer.Tokenize(src)
	tokens := joinColons(lexed)
	if at, problem, mend := tooMuch(tokens); problem != "" {
		r.stop(at, problem, mend)
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		if at, found := swallowed(lexed); found {
			r.stop(at, "a # after a blank begins a remark, which hides the rest of the line", `put the value in quotes, as in css: "#id"`)
			return nil
		}
		if at, found := nameless(lexed); found {
			r.stop(at, "a * stands for a value that has a name above, and here is no name", `put the text in quotes, as in paths: "*"`)
			return nil
		}
		r.stop(explain(err))
		return nil
	}
	r.excerpts.unsure = !align(src, lexed) // after parsing, which goes by the lexer's columns
	for _, t := range lexed {
		if t.Type == token.CommentType {
			r.excerpts.cutComment(placeOf(t))
		}
		r.excerpts.starts = append(r.excerpts.starts, placeOf(t))
	}
	slices.SortFunc(r.excerpts.starts, place.compare)
	return onlyDocument(file, r)
}

// swallowed finds a remark where a mapping in { } or a list in [ ] should have a
// value: it hides the closing bracket, and the parser gives up lines later.
func swallowed(tokens token.Tokens) (at place, found bool) {
	depth := 0
	for i, t := range tokens {
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.CommentType:
			if depth > 0 && i > 0 && tokens[i-1].Type == token.MappingValueType {
				return placeOf(t), true
			}
		}
	}
	return place{}, false
}

// nameless finds a * with nothing after it that it could be an alias of: the
// parser takes it together with the next line.
func nameless(tokens token.Tokens) (at place, found bool) {
	for i, t := range tokens {
		if t.Type == token.AliasType && (i+1 == len(tokens) || !touches(t, tokens[i+1]) || !isPlain(tokens[i+1])) {
			return placeOf(t), true
		}
	}
	return place{}, false
}

// readable tells whether the bytes are a text that YAML can be looked for in.
func readable(src string, r *Report) bool {
	if len(src) > maxFileSize {
		r.stop(place{}, "the file is larger than 4 MiB", "check that it is the file that you mean")
		return false
	}
	for i, line := range strings.Split(src, "\n") {
		if !utf8.ValidString(line) {
			valid := strings.ToValidUTF8(line, "\xff")
			r.stop(place{i + 1, utf8.RuneCountInString(valid[:strings.IndexByte(valid, 0xff)]) + 1},
				"the file is not UTF-8 here", "save the file as UTF-8")
			return false
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		rest := strings.TrimSpace(line)
		if tab := strings.IndexByte(indent, '\t'); tab >= 0 && rest != "" && rest[0] != '#' {
			r.stop(place{i + 1, tab + 1}, "a tab indents this line", "indent with spaces")
			return false
		}
	}
	return true
}

// onlyDocument returns the root of the one document in the file.
func onlyDocument(file *ast.File, r *Report) ast.Node {
	var root ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.DirectiveType {
			continue
		}
		if root != nil {
			r.stop(startOf(doc.Body), "a second document begins before this line",
				"write one document: leave out the line with --- or ... above")
			return nil
		}
		root = doc.Body
	}
	if root == nil || root.Type() == ast.NullType {
		r.stop(place{}, "the file is empty", "write at least the required keys")
		return nil
	}
	return root
}

// explain says in plain words where and why the parser gave up. Its own text is
// not shown: it may quote the file.
func explain(err error) (at place, problem, mend string) {
	var syntax yaml.Error
	said := ""
	if errors.As(err, &syntax) {
		at = placeOf(syntax.GetToken())
		said = syntax.GetMessage()
	}
	for _, known := range []struct{ part, problem, mend string }{
		{"-quoted text", "a quoted text begins here and does not end", "close the quotes"},
		{"unknown escape", "an unknown escape follows a backslash in double quotes", `write \\ for a backslash, or use single quotes`},
		{"reserved character", "a text cannot begin with this sign", "put the text in quotes"},
		{"',' or ']'", "a list in [ ] is not closed before this", "write a comma between its members and ] at its end"},
		{"']' not found", "a list in [ ] is not closed", "write ] at its end"},
		{"',' or '}'", "a mapping in { } is not closed before this", "write a comma between its keys and } at its end"},
		{"end token '}'", "a mapping in { } is not closed", "write } at its end"},
		{"mapping value is not allowed", "a value cannot hold a colon and a space", "put the value in quotes"},
		{"corresponding to", "a bracket is closed that was not opened", "leave it out"},
		{"non-map value", "this line is no key of the mapping that it stands in", "write key: value, and check the indentation"},
		{"unexpected key name", "this is no key", "write key: value on one line"},
		{"context", "this does not belong here", "check the indentation, the brackets, and what the line before it ends with"},
	} {
		if strings.Contains(said, known.part) {
			return at, known.problem, known.mend
		}
	}
	return at, "this is not valid YAML", "check indentation, quotes and brackets here"
}
