package main

import (
	"bytes"
	"cmp"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
)

// allowance is a difference that ferngate makes, and may. Anything else is a fault.
type allowance struct {
	why    string
	widget bool                 // with the widget alone
	undo   func(*crossing) bool // takes it out of the answer, and reports whether it was there
	used   int
}

// crossing is an answer that came directly, and the same through a gate.
type crossing struct {
	step      *step
	widget    bool // the gate has one
	wanted    bool // it belongs into the page
	placed    bool // it is there
	asked     bool // the app was asked whose session it is, or will be
	want, got *reply
	whole     *reply // that came directly before the step asked whether it is still good
}

func (r *reply) clone() *reply {
	c := *r
	c.header = r.header.Clone()
	return &c
}

// ofAnyGate is what ferngate does to an app's answers.
func ofAnyGate() []*allowance {
	return []*allowance{
		{why: "a Date for an answer without one (RFC 9110, section 6.6.1)", undo: undoDate},
		{why: "chunks, or a length, which are each connection's own (RFC 9112, section 6)", undo: undoFraming},
		{why: "ferngate's own cookie, on answers to a person, which no cache may keep", undo: undoOwnCookie},
		{why: "the session id that Tomcat gave a stranger when it was asked whose session that is (relay_cookies)", undo: undoRelayed},
		{why: "who the client is, in the headers that the app gets, and may show", undo: undoForwarded},
	}
}

func undoDate(x *crossing) bool {
	dates := x.got.header["Date"]
	if x.want.header["Date"] != nil || len(dates) != 1 {
		return false
	}
	if _, err := http.ParseTime(dates[0]); err != nil {
		return false
	}
	delete(x.got.header, "Date")
	return true
}

func undoFraming(x *crossing) bool {
	if x.want.status == http.StatusNotModified && x.want.header.Get("Content-Length") == "0" && x.got.header["Content-Length"] == nil {
		delete(x.want.header, "Content-Length") // Django's, which would be of the page (RFC 9110, section 8.6)
		return true
	}
	length := x.got.header["Content-Length"]
	if x.want.header["Content-Length"] != nil || len(length) != 1 || length[0] != strconv.Itoa(len(x.got.body)) {
		return false
	}
	delete(x.got.header, "Content-Length")
	return true
}

var ownCookie = regexp.MustCompile(`^ferngate=[A-Za-z0-9_=-]+; Path=/; HttpOnly; SameSite=Lax$`)

func undoOwnCookie(x *crossing) bool {
	h := x.got.header
	others := slices.DeleteFunc(slices.Clone(h["Set-Cookie"]), ownCookie.MatchString)
	// A DELETE may sign somebody in or out, as a POST; over plain HTTP a script is
	// fetched as simple clients fetch pages.
	telling := x.step.page || x.step.method == http.MethodDelete || cmp.Or(x.step.accept, acceptOfScript) == acceptOfScript
	if len(others) != len(h["Set-Cookie"])-1 || !telling || !slices.Equal(h["Cache-Control"], []string{"private, no-store"}) {
		return false
	}
	x.asked = true
	setLines(h, "Set-Cookie", others)
	setLines(h, "Cache-Control", x.want.header["Cache-Control"])
	return true
}

var relayedCookie = regexp.MustCompile(`^JSESSIONID=[0-9A-F]{32}; Path=/examples; HttpOnly; SameSite=Strict$`)

func undoRelayed(x *crossing) bool {
	lines := x.got.header["Set-Cookie"]
	if !x.asked || len(lines) != len(x.want.header["Set-Cookie"])+1 || !relayedCookie.MatchString(lines[0]) {
		return false
	}
	setLines(x.got.header, "Set-Cookie", lines[1:])
	return true
}

// shownForwarded is how Tomcat's example shows the headers that ferngate adds.
var shownForwarded = regexp.MustCompile(`<tr><td bgcolor="#CCCCCC">\n(?:forwarded\n</td><td>\nfor=127\.0\.0\.1;proto=http;host=&quot;app\.example\.test&quot;|` +
	`x-forwarded-for\n</td><td>\n127\.0\.0\.1|x-forwarded-host\n</td><td>\napp\.example\.test|x-forwarded-proto\n</td><td>\nhttp)\n</td></tr>\n`)

// shownConnection is there directly, as the walk uses no connection twice.
const shownConnection = "<tr><td bgcolor=\"#CCCCCC\">\nconnection\n</td><td>\nclose\n</td></tr>\n"

func undoForwarded(x *crossing) bool {
	if len(shownForwarded.FindAll(x.got.text, -1)) != 4 {
		return false
	}
	x.got.text = shownForwarded.ReplaceAll(x.got.text, nil)
	x.want.text = bytes.Replace(x.want.text, []byte(shownConnection), nil, 1)
	x.got.edited = true
	return true
}

func setLines(h http.Header, name string, lines []string) {
	if len(lines) == 0 {
		delete(h, name)
		return
	}
	maps.Copy(h, http.Header{name: lines})
}
