package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// saying is a text in the source.
type saying struct {
	file         string // below the repository's root
	line, column int
	text         string
}

// verbs are what fmt fills in.
var verbs = regexp.MustCompile(`%[-+#0-9.\[\]]*[a-z]`)

// words are the pieces of a text that are the same in whatever it is part of.
func (s saying) words() []string {
	pieces := verbs.Split(s.text, -1)
	for i := range pieces {
		pieces[i] = strings.TrimSpace(pieces[i])
	}
	return pieces
}

// prose is a text of two words or more.
var prose = regexp.MustCompile(`[a-z,:)…] [a-z({]`)

// sayingsOf are the texts in a file but for those that are silent.
func sayingsOf(t *testing.T, file string) []saying {
	t.Helper()
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []saying
	parts := map[ast.Node]bool{} // of what a library says, by which it is known
	ast.Inspect(parsed, func(n ast.Node) bool {
		if isSilent(n) || parts[n] {
			return false
		}
		if table, ok := n.(*ast.CompositeLit); ok && table.Type != nil && isKnownParts(table.Type) {
			for _, row := range table.Elts {
				parts[row.(*ast.CompositeLit).Elts[0]] = true
			}
		}
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			if at := fset.Position(n.Pos()); prose.MatchString(text) {
				found = append(found, saying{filepath.ToSlash(strings.TrimPrefix(file, "../../")), at.Line, at.Column, text})
			}
		}
		return true
	})
	return found
}

// isKnownParts tells whether a type is a list of what is said for each thing that a
// library says, which is known by a part of it.
func isKnownParts(t ast.Expr) bool {
	list, _ := t.(*ast.ArrayType)
	if list == nil {
		return false
	}
	row, _ := list.Elt.(*ast.StructType)
	return row != nil && row.Fields.List[0].Names[0].Name == "part"
}

// isSilent tells whether a part of the source has texts that nobody is told as a
// fault: tags, patterns, what a library's errors are known by, a command's
// help, and what is logged.
func isSilent(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec, *ast.Field:
		return true
	case *ast.KeyValueExpr:
		key, _ := n.Key.(*ast.Ident)
		return key != nil && slices.Contains([]string{"Use", "Short", "Long", "Example", "known"}, key.Name)
	case *ast.CallExpr:
		var path []string // such as t, log, Info
		for f := n.Fun; f != nil; {
			switch at := f.(type) {
			case *ast.SelectorExpr:
				path, f = append(path, at.Sel.Name), at.X
			case *ast.Ident:
				path, f = append(path, at.Name), nil
			default:
				f = nil
			}
		}
		return slices.ContainsFunc(path, func(name string) bool {
			return slices.Contains([]string{"panic", "regexp", "log", "zap", "Contains", "HasPrefix", "StringP"}, name)
		})
	}
	return false
}
