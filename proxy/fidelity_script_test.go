package proxy

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// script is one case of testdata/fidelity: what a client and an app say to each
// other, in the order in which they say it.
type script struct {
	name    string
	differs []string // the rules that it needs, but for the usual ones
	steps   []step
}

// step is what one of the two says next.
type step struct {
	client bool // else the app
	bytes  string
	closes bool // the side has no more to say
}

// What is said where a script leaves one side out.
const (
	usualRequest = "GET /page HTTP/1.1\r\nHost: app.test\r\n\r\n"
	usualAnswer  = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
)

// readScripts reads the scripts of a topic. Of each line the first sign says
// what it is:
//
//	#         a remark
//	== name   the beginning of a script
//	! rule    an allowed difference that it shows
//	> text    the client sends the text and CRLF
//	< text    the app does
//	>| text   the client sends the text alone; <| the app
//	>.        the client closes its side; <. the app
//
// In a text \r, \n, \t, \\ and \xff stand for bytes, and {3*ab} is ababab.
func readScripts(t *testing.T, file string) []*script {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []*script
	for n, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "== "):
			list = append(list, &script{name: line[3:]})
		case len(list) > 0 && strings.HasPrefix(line, "! "):
			list[len(list)-1].differs = append(list[len(list)-1].differs, line[2:])
		case len(list) > 0 && list[len(list)-1].add(line):
		default:
			t.Fatalf("%s:%d: %q", filepath.Base(file), n+1, line)
		}
	}
	for _, s := range list {
		slices.Sort(s.differs)
		if !slices.ContainsFunc(s.steps, func(s step) bool { return s.client }) {
			s.steps = slices.Insert(s.steps, 0, step{client: true, bytes: usualRequest})
		}
		if !slices.ContainsFunc(s.steps, func(s step) bool { return !s.client }) {
			s.steps = append(s.steps, step{bytes: usualAnswer})
		}
	}
	return list
}

// add takes a line that is said, and reports whether it is one.
func (s *script) add(line string) bool {
	if line[0] != '>' && line[0] != '<' {
		return false
	}
	next := step{client: line[0] == '>'}
	switch rest := line[1:]; {
	case rest == "":
		next.bytes = "\r\n"
	case rest == ".":
		next.closes = true
	case strings.HasPrefix(rest, " "):
		next.bytes = expand(rest[1:]) + "\r\n"
	case strings.HasPrefix(rest, "| "):
		next.bytes = expand(rest[2:])
	default:
		return false
	}
	if last := len(s.steps) - 1; last >= 0 && s.steps[last].client == next.client {
		s.steps[last].bytes += next.bytes
		s.steps[last].closes = next.closes
		return true
	}
	s.steps = append(s.steps, next)
	return true
}

var escapes = regexp.MustCompile(`\\(?:x[0-9a-f]{2}|.)|\{\d+\*[^}]*\}`)

// expand writes out what stands for other bytes in a script.
func expand(text string) string {
	return escapes.ReplaceAllStringFunc(text, func(e string) string {
		if e[0] == '{' {
			count, what, _ := strings.Cut(e[1:len(e)-1], "*")
			n, err := strconv.Atoi(count)
			if err != nil {
				panic(err) // the pattern has digits alone
			}
			return strings.Repeat(expand(what), n)
		}
		c, _, _, err := strconv.UnquoteChar(e, 0)
		if err != nil {
			panic(e + ": " + err.Error())
		}
		return string([]byte{byte(c)})
	})
}

// said is all that one side says in the steps.
func said(steps []step, client bool) (bytes string, closed bool) {
	for _, s := range steps {
		if s.client == client {
			bytes += s.bytes
			closed = s.closes
		}
	}
	return bytes, closed
}

// requests are those that the client has begun by the end of the steps.
func requests(steps []step) []*message {
	return readRequests(said(steps, true))
}

// answers are those that the app has begun by the end of the steps, if the
// whole script has these requests.
func answers(steps []step, to []*message) []*message {
	bytes, closed := said(steps, false)
	return readAnswers(bytes, closed, to)
}

// piece is a part of one answer, and what of its request must be there before
// the app sends it.
type piece struct {
	bytes  string
	body   int  // so much of the request's body
	whole  bool // all of the request
	closes bool
}

// parts returns what the app says to each request.
func (s *script) parts() [][]piece {
	all := requests(s.steps)
	bytes, _ := said(s.steps, false)
	var ends []int // of final answers
	for _, m := range answers(s.steps, all) {
		if !m.interim() && m.whole {
			ends = append(ends, m.end)
		}
	}
	list := make([][]piece, len(all))
	at, i := 0, 0
	for n, st := range s.steps {
		if st.client {
			continue
		}
		asked := requests(s.steps[:n])
		for until := at + len(st.bytes); at < until; {
			end, next := until, i
			if i < len(all)-1 && i < len(ends) && ends[i] <= until {
				end, next = ends[i], i+1
			}
			list[i] = append(list[i], piece{bytes[at:end], len(asked[i].body), asked[i].whole, false})
			at, i = end, next
		}
		if st.closes {
			list[i] = append(list[i], piece{whole: true, closes: true})
		}
	}
	return list
}
