package language

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Whatever a page can say, failures that are yet to be written among it, each
// language has in its table; and nothing that no page says.
func TestEveryTextIsTranslated(t *testing.T) {
	said := map[string]bool{}
	maps.Copy(said, textsInCode(t))
	maps.Copy(said, textsInTemplates(t))
	if len(said) < 40 {
		t.Fatalf("only %d texts found", len(said))
	}
	for _, l := range translations {
		for text := range said {
			if l.texts[text] == "" {
				t.Errorf("%s: no translation of %q", l.Tag, text)
			}
		}
		for text := range l.texts {
			if !said[text] {
				t.Errorf("%s: a translation of %q, which nothing says", l.Tag, text)
			}
		}
	}
}

// textsInCode are the texts of failures, and those that are asked for by Text.
func textsInCode(t *testing.T) map[string]bool {
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	say := func(e ast.Expr) {
		if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			said[text] = true
		}
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if called, ok := n.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "Text" && len(n.Args) > 0 {
					say(n.Args[0])
				}
			case *ast.CompositeLit:
				if named, ok := n.Type.(*ast.Ident); !ok || named.Name != "failure" {
					return true
				}
				for _, e := range n.Elts {
					field := e.(*ast.KeyValueExpr)
					switch field.Key.(*ast.Ident).Name {
					case "title", "message", "mend":
						if _, ok := field.Value.(*ast.BasicLit); !ok {
							t.Errorf("%s: a failure's text that is no literal, so nobody can tell whether it is translated", file)
						}
						say(field.Value)
					}
				}
			}
			return true
		})
	}
	return said
}

var (
	actions = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	asked   = regexp.MustCompile(`\.(?:Text|Strong) ("[^"]*")`)
	tags    = regexp.MustCompile(`(?s)<.*?>`)
)

// textsInTemplates are the texts that templates ask for. Words of their own they have none.
func textsInTemplates(t *testing.T) map[string]bool {
	files, err := filepath.Glob("../pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range asked.FindAllStringSubmatch(string(content), -1) {
			unquoted, err := strconv.Unquote(text[1])
			if err != nil {
				t.Fatal(err)
			}
			said[unquoted] = true
		}
		page := tags.ReplaceAllString(actions.ReplaceAllString(string(content), ""), "")
		if words := strings.Trim(page, " \n·"); words != "" {
			t.Errorf("%s says %q itself", file, words)
		}
	}
	return said
}
