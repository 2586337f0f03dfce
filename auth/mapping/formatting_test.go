package mapping

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// weight is what a tree takes: its nodes and their attributes.
func weight(root *html.Node) int {
	n := 1
	for d := range root.Descendants() {
		n += 1 + len(d.Attr)
	}
	return n
}

// attributes are n of them, all different.
func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d", i)
	}
	return b.String()
}

// distinct opens n elements of a name, no two of which are the same.
func distinct(name string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<%s x=%d>", name, i)
	}
	return b.String()
}

func TestPagesStayBounded(t *testing.T) {
	for name, opening := range map[string][2]string{
		"elements left open":     {"<p>" + distinct("font", 400), "<p>x"},
		"in capitals":            {"<p>" + distinct("FONT", 400), "<P>x"},
		"one of many attributes": {"<p><b" + attributes(10000) + ">", "<p>x"},
		"after a slash":          {"<p><b/" + attributes(10000) + "/>", "<p>x"},
		"in svg's title":         {"<svg><title>" + distinct("i", 300) + "</title></svg>", "<p>x"},
		"in svg's CDATA":         {"<svg><desc><![CDATA[]]>" + distinct("u", 300) + "</desc></svg>", "<p>x"},
		"behind a comment":       {"<svg><style><!--</style>" + distinct("tt", 300) + "--></svg>", "<p>x"},
		"in a table":             {"<table><td>" + distinct("em", 300), "<tr>x<p>y"},
		"links":                  {distinct("a", 400), "<p>x<a>"},
		"nobr":                   {distinct("nobr", 400), "<p>x<nobr>"},
		"crossed over":           {distinct("b", 200), "<div><i><u></b></div>"},
		"many bodies":            {"", "<body x y z><html q>"},
		"a body that grows":      {"<body" + attributes(20000) + ">", "<body b>"},
		"a html that grows":      {"<html" + attributes(20000) + ">", "<HTML\tb>"},
		"with the mask in it":    {"<p>" + distinct("font"+mask, 100) + distinct("font", 300), "<p>x" + mask},
	} {
		page := opening[0] + strings.Repeat(opening[1], 1<<18/len(opening[1]))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		root, err := parseHTML([]byte(page))
		runtime.ReadMemStats(&after)
		if err == nil && weight(root) > len(page) {
			t.Errorf("%s: %d nodes of %d bytes", name, weight(root), len(page))
		}
		if taken := (after.TotalAlloc - before.TotalAlloc) >> 20; taken > 128 {
			t.Errorf("%s: %d MiB", name, taken)
		}
	}
}

// Of a page that closes what it opens, the parser makes what it would have made.
func TestDisguisedElementsAreThemselvesAgain(t *testing.T) {
	for _, page := range []string{
		profile,
		`<!doctype html><html lang=en><head><title>a <b>title</b></title></head><body class=x><a href="/u/1?a<b">A</A><p>an <EM>em</em>, a <strong
			class=y>strong</strong><br><i/>x</i><font/color=red>y</font>`,
		`<script>if (a<b && c</a>/) { document.write("<b>bold</b>") }</script><style>a>b{}</style><textarea><i>x</i></textarea><!-- <b>comment</b> -->`,
		`<p title="<b>" alt='<a href=x>' data=<i>x</p><abbr>x</abbr><bdo><body><big-x><code`,
		`<svg><title><b>x</b></title><a><text>y</text></a></svg><math><mi><b>z</b></mi></math>`,
		`<table><tr><td><b>x</b></td><td><a href=y>y</a></td></tr></table>`,
		`a < b </ a> <1 <> </> <`,
	} {
		want, got := strings.Builder{}, strings.Builder{}
		if err := html.Render(&want, must(html.Parse(strings.NewReader(page)))); err != nil {
			t.Fatal(err)
		}
		if err := html.Render(&got, must(parseHTML([]byte(page)))); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("%s:\ngot  %s\nwant %s", page, got.String(), want.String())
		}
	}
}

func TestSelectorsSeeDisguisedElements(t *testing.T) {
	d := pageOf(t, `<div id=loggedas>Logged in as <a href="/users/5" class=user>alice</a></div><p>user <b>bob<p>open<b>`+strings.Repeat("<body>", 20)+`<body id=x>`)
	for selector, want := range map[string]string{"#loggedas a.user[href]": "alice", "p b": "bob", "body p:contains(open)": "open", "a": "alice"} {
		if got := shown(findIn(d, css(selector, ""))); got != want {
			t.Errorf("%s: %q, want %q", selector, got, want)
		}
	}
}
