package proxy

import (
	"regexp"
	"strings"
)

// rule is a difference that is allowed: apply makes no difference of it.
type rule struct {
	name  string
	why   string
	usual bool // no script need say that it shows this
	apply func(pair)
}

// allowed is every difference that there may be, in the order in which they are
// looked at. Nothing else may differ, but that a client which closes its side
// while it waits for an answer gets none: it is taken for one that left, which
// nothing can tell it from (TestClientGone), and either may end a connection at
// any time (RFC 9112, section 9.5).
var allowed = []rule{
	// How the same thing may be written.
	{"names", "RFC 9110, 5.1: the case of a field's name says nothing", true, eachField(func(f *field) { f.name = strings.ToLower(f.name) })},
	{"order", "RFC 9110, 5.3: the order of fields of different names says nothing", true, each(sortFields)},
	{"line ends", "RFC 9112, 2.2: a bare LF may be read as a line end", false, each(endLines)},
	{"folded lines", "RFC 9112, 5.2: of obsolete folding a blank is made", false, eachField(unfold)},
	{"blanks", "RFC 9112, 5.1: those around a value are not part of it", false, eachField(func(f *field) { f.value = " " + strings.Trim(f.value, " \t") })},
	{"digits", "RFC 9110, 8.6: a length is a number, however it is written", false, each(plainLengths)},
	{"target form", "RFC 9112, 3.2.2: absolute for proxies, and its authority is the Host", false, eachRequest(originForm)},

	// What is between two neighbours alone.
	{"old client", "RFC 9110, 15.2 and 6.5.1: HTTP/1.0 knows no interim answers and no trailers", false, toOldClients},
	{"continue", "RFC 9110, 15.2.1: sent to a client that waits for it when its body is read, whether or not the app did", true, dropContinue},
	{"version", "RFC 9110, 2.5: each sends its own", false, each(func(m *message) { m.start = version.ReplaceAllString(m.start, "HTTP/1.1") })},
	{"beside close", "net/http forgets what else Connection names in an answer that says close", false, answerBecomes(dropNamedBesideClose)},
	{"hop by hop", "RFC 9110, 7.6.1: Connection and what it names, Keep-Alive, TE, Upgrade", false, each(dropHopByHop)},
	{"proxy authentication", "RFC 9110, 11.7: with the next proxy", false, each(drop("proxy-authenticate", "proxy-authorization"))},
	{"chunks", "RFC 9112, 7.1: their sizes and extensions say nothing, and no chunks are as good as a length of 0", true, dropChunks},
	{"transfer coding", "RFC 9112, 6.1: any hop may add or remove it", false, each(dropTransferCoding)},
	{"rest of a body", "RFC 9112, 9.5: after an early answer nobody waits for it", false, completeBodies},
	{"no body", "RFC 9112, 6.3: a request without a length has none", false, eachRequest(dropZeroLength)},
	{"trailer names", "RFC 9110, 6.6.2: Trailer is a hint, in any order", true, each(dropTrailerNames)},

	// What a gateway has to do.
	{"host", "RFC 9112, 3.2: every request has one, also that of an HTTP/1.0 client", false, becomes(addHost)},
	{"date", "RFC 9110, 6.6.1: added to an answer without one", true, answerBecomes(addDate)},
	{"no length", "RFC 9110, 8.6: an answer 204 must not have any", false, eachAnswer(dropLengthOf204)},
	{"forwarded", "RFC 7239: who asks, and how", true, becomes(dropForwarded)},
	{"hearsay", "DESIGN, what must never happen, 1: who a client says it is, and by what way it came", false, becomes(dropHearsay)},
	{"our own", "DESIGN, step 9: only the gateway sets its cookie and its headers", false, eachAnswer(dropOurOwn)},
	{"vary", "RFC 9110, 12.5.5: of what may get the widget, by what it does", false, answerBecomes(dropVary)},

	// What net/http does, and there is no way around it.
	{"expectation", "RFC 9110, 10.1.1: other than 100-continue it may be answered 417", false, refuseExpectation},
	{"reason", "RFC 9112, 4: a phrase that intermediaries may overwrite", false, eachAnswer(dropReason)},
	{"pragma", "RFC 9111, 5.4: Pragma: no-cache means Cache-Control: no-cache, which net/http writes out", false, addCacheControl},
}

var (
	folding = regexp.MustCompile(`[ \t]*\r\n[ \t]+`)
	version = regexp.MustCompile(`HTTP/1\.[0-9]`)
)
