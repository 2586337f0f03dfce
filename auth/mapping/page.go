package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/ferngate/ferngate/config"
)

// errNested is returned for HTML of more than 512 open elements, the parser's own limit.
var errNested = errors.New("HTML nested too deeply to be read")

// parseHTML reads a page as browsers do, but for the formatting elements that it leaves open.
func parseHTML(text []byte) (*html.Node, error) {
	root, err := html.Parse(bytes.NewReader(disguise(text)))
	if err != nil {
		return nil, errNested
	}
	unmask(root)
	return root, nil
}

// page parses the body once, or says why it is no page.
func (d *Document) page() (root *html.Node, problem string) {
	if problem := d.lacksBody(); problem != "" {
		return nil, problem
	}
	if !d.isMarkup() {
		// Never by a guess: JSON may hold markup that somebody else wrote.
		return nil, "the answer is no HTML but " + d.typeName()
	}
	if d.html == nil {
		root, err := parseHTML(d.body)
		d.html = &parsed[*html.Node]{root, err}
	}
	if d.html.err != nil {
		return nil, "the answer is " + d.html.err.Error()
	}
	return d.html.root, ""
}

// selected returns the first element that a selector selects, and its
// attribute, or its text if attr is empty; or says why there is none.
func (d *Document) selected(s config.Selector, attr string) (text, problem string) {
	root, problem := d.page()
	if problem != "" {
		return "", problem
	}
	element := cascadia.Query(root, s)
	if element == nil {
		return "", fmt.Sprintf("the selector selects nothing; the answer's status is %d, %s", d.Status, outline(root))
	}
	if attr == "" {
		if hasNoText(element) {
			return "", fmt.Sprintf("an <%s> has no text: name the attribute that holds the value, as in attr: value", plain(element.Data))
		}
		return strings.Join(strings.Fields(textWithin(element)), " "), ""
	}
	var names []string
	for _, a := range element.Attr {
		if strings.EqualFold(a.Key, attr) {
			return a.Val, ""
		}
		names = append(names, a.Key)
	}
	if len(names) == 0 {
		return "", fmt.Sprintf("the selected <%s> has no attributes", plain(element.Data))
	}
	return "", fmt.Sprintf("the selected <%s> has no attribute %s; it has %s", plain(element.Data), attr, plainList(names))
}

// hasNoText reports whether an element never has text, only attributes.
func hasNoText(element *html.Node) bool {
	switch element.DataAtom {
	case atom.Input, atom.Meta, atom.Img, atom.Link:
		return true
	}
	return false
}

// textWithin returns the text in an element, without what is in it to run or to style.
func textWithin(element *html.Node) string {
	var b strings.Builder
	for n := range element.Descendants() {
		if n.Type != html.TextNode {
			continue
		}
		switch in := n.Parent; {
		case in != element && (in.DataAtom == atom.Script || in.DataAtom == atom.Style):
		default:
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// outline says what page this is: its title and the names of its inputs, and
// never what is in them.
func outline(root *html.Node) string {
	title := ""
	var inputs []string
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.Title:
			if title == "" {
				title = plain(textWithin(n))
			}
		case atom.Input, atom.Select, atom.Textarea:
			for _, a := range n.Attr {
				if a.Key == "name" {
					inputs = append(inputs, a.Val)
				}
			}
		}
	}
	said := "the page has no title"
	if title != "" {
		said = fmt.Sprintf("the page's title is %q", title)
	}
	if len(inputs) == 0 {
		return said + ", it has no named inputs"
	}
	return said + ", it has inputs named " + plainList(inputs)
}
