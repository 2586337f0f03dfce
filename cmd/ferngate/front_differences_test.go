package main

import (
	"regexp"
	"slices"
)

// difference is how what comes of a case differs at one kind of front from what
// comes of it at ferngate by itself, and why it cannot be the same.
type difference struct {
	why   string
	in    string // a regular expression for the names of the cases; "" is all of them
	alone string // a regular expression for what ferngate by itself gives
	front string // what the front gives in its place, as regexp's ReplaceAllString has it
	more  string // or a regular expression for what the front adds
	body  bool   // the front's answer is its own: of answers with the status front nothing else is compared
}

// ofAsking are the differences of every proxy that forwards by itself.
var ofAsking = []difference{
	{
		why:   "a proxy's question is no use of a session, which is sealed anew when a page of ferngate's own is opened",
		in:    "a session under an old key.*",
		alone: `Cache-Control: private, no-store\n((?s).*)Set-Cookie: __Host-ferngate=[^\n]*\n`,
		front: "$1",
	},
	{
		why:   "ferngate does not see the app's answer, and cannot keep it out of shared caches",
		alone: `\nCache-Control: private(\nContent-Type: text/plain|\nLocation: /page|\nSec-Websocket|\nUpgrade|\n\n)`,
		front: "$1",
	},
	{
		why:   "ferngate does not see the app's document, and puts no widget into it",
		in:    "a document",
		alone: `\nVary: Sec-Fetch-Mode, [^\n]*|<script async="" src="/.ferngate/widget.js\?v=[^"]*"></script>`,
		front: "",
	},
	{
		why:   "the proxy says where a request comes from, and not by Forwarded",
		alone: `\nForwarded: [^\n]*`,
		front: "",
	},
	{
		why:   "a header by which proxies ask is not passed on",
		in:    "what was asked for, spoofed.*",
		alone: `\nX-Original-Method: GET`,
		front: "",
	},
	{
		why:   "a proxy might take a path for one at the address where it asked",
		alone: `\nLocation: (/.ferngate/sign-in)`,
		front: "\nLocation: https://" + frontHost + "$1",
	},
}

// differing are the differences of a proxy that forwards by itself, its own among them.
func differing(own ...difference) []difference { return append(slices.Clone(ofAsking), own...) }

// covers reports whether a difference is one of the case.
func (d difference) covers(name string) bool {
	return d.in == "" || regexp.MustCompile("^(?:"+d.in+")$").MatchString(name)
}

// compare returns what the kind of front must give in a case, and what it gives
// of it, as far as both are compared. used notes which differences there were.
func (k frontKind) compare(name, alone, got string, used []bool) (wanted, given string) {
	for i, d := range k.differs {
		if !d.covers(name) {
			continue
		}
		if d.more != "" {
			less := regexp.MustCompile(d.more).ReplaceAllString(got, "")
			used[i] = used[i] || less != got
			got = less
			continue
		}
		changed := regexp.MustCompile(d.alone).ReplaceAllString(alone, d.front)
		used[i] = used[i] || changed != alone
		alone = changed
		if d.body && alone == d.front {
			got = answerBut.ReplaceAllString(got, "$1$2")
		}
	}
	return alone, got
}

// answerBut is all of an answer but its status, and what the app got.
var answerBut = regexp.MustCompile(`(?s)^([0-9]+)\n.*?(\n-- the app got --.*)?$`)
