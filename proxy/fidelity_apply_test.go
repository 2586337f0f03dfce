package proxy

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pair is a script's play without the gateway and with it.
type pair struct{ direct, through *seen }

// each makes a rule of what it does to every message.
func each(change func(*message)) func(pair) {
	return func(p pair) {
		eachRequest(change)(p)
		eachAnswer(change)(p)
	}
}

func eachRequest(change func(*message)) func(pair) {
	return func(p pair) {
		for _, m := range slices.Concat(p.direct.requests, p.through.requests) {
			change(m)
		}
	}
}

func eachAnswer(change func(*message)) func(pair) {
	return func(p pair) {
		for _, m := range slices.Concat(p.direct.answers, p.through.answers) {
			change(m)
		}
	}
}

func eachField(change func(*field)) func(pair) {
	return each(func(m *message) {
		for i := range m.fields {
			change(&m.fields[i])
		}
		for i := range m.trailer {
			change(&m.trailer[i])
		}
	})
}

// becomes makes a rule of what it does to a request and what became of it.
func becomes(change func(direct, through *message)) func(pair) {
	return func(p pair) {
		for i := range min(len(p.direct.requests), len(p.through.requests)) {
			change(p.direct.requests[i], p.through.requests[i])
		}
	}
}

// answerBecomes is the same of answers.
func answerBecomes(change func(direct, through *message)) func(pair) {
	return func(p pair) {
		for i := range min(len(p.direct.answers), len(p.through.answers)) {
			change(p.direct.answers[i], p.through.answers[i])
		}
	}
}

// drop takes fields of these names out of a message.
func drop(names ...string) func(*message) {
	return func(m *message) {
		named := func(f field) bool { return slices.ContainsFunc(names, f.is) }
		m.fields = slices.DeleteFunc(m.fields, named)
		m.trailer = slices.DeleteFunc(m.trailer, named)
	}
}

func sortFields(m *message) {
	byName := func(a, b field) int { return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)) }
	slices.SortStableFunc(m.fields, byName)
	slices.SortStableFunc(m.trailer, byName)
}

func endLines(m *message) {
	m.start = strings.TrimSuffix(m.start, "\n")
	for i, f := range m.fields {
		m.fields[i].value = strings.TrimSuffix(f.value, "\n")
	}
}

func unfold(f *field) {
	if strings.Contains(f.value, "\r\n") {
		f.value = folding.ReplaceAllString(f.value, " ")
	}
}

func plainLengths(m *message) {
	for i, f := range m.fields {
		if n, err := strconv.Atoi(strings.TrimSpace(f.value)); f.is("Content-Length") && err == nil {
			m.fields[i].value = fmt.Sprint(" ", n)
		}
	}
	if lengths := m.values("Content-Length"); len(lengths) > 1 && len(slices.Compact(lengths)) == 1 {
		drop("Content-Length")(m)
		m.fields = append(m.fields, field{"content-length", " " + lengths[0]})
		sortFields(m)
	}
}

func originForm(m *message) {
	method, rest, _ := strings.Cut(m.start, " ")
	_, rest, absolute := strings.Cut(rest, "://")
	if !absolute || strings.Contains(m.start, " /") {
		return
	}
	end := strings.IndexAny(rest, "/? ")
	host, target := rest[:end], rest[end:]
	if !strings.HasPrefix(target, "/") {
		target = "/" + target
	}
	m.start = method + " " + target
	drop("Host")(m)
	m.fields = append(m.fields, field{"host", " " + host})
	sortFields(m)
}

func dropNamedBesideClose(direct, through *message) {
	if direct.has("Connection", "close") {
		dropNamed(through, direct.values("Connection"))
	}
}

func dropNamed(m *message, lists []string) {
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			drop(strings.TrimSpace(name))(m)
		}
	}
}

func dropHopByHop(m *message) {
	dropNamed(m, m.values("Connection"))
	drop("Connection", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade")(m)
}

func dropChunks(p pair) {
	each(func(m *message) { m.chunks = "" })(p)
	answerBecomes(func(direct, through *message) {
		if (direct.framing == byChunks || direct.framing == byClose) && through.framing == byLength && through.body == "" && through.whole {
			drop("Content-Length")(through)
			through.framing = byChunks
			through.fields = append(through.fields, field{"transfer-encoding", " chunked"})
			sortFields(through)
		}
	})(p)
}

// dropTransferCoding leaves of an answer's framing whether it has a length, and
// of a request's what it is.
func dropTransferCoding(m *message) {
	drop("Transfer-Encoding")(m)
	if m.framing == byChunks && strings.HasPrefix(m.start, "HTTP/") {
		m.framing = byClose
	}
}

func completeBodies(p pair) {
	if p.direct.early {
		becomes(completeBody)(p)
	}
}

func completeBody(direct, through *message) {
	if !through.whole && strings.HasPrefix(direct.body, through.body) {
		through.body, through.whole = direct.body, direct.whole
	}
}

func dropZeroLength(m *message) {
	if m.framing == byLength && m.body == "" && m.whole {
		drop("Content-Length")(m)
		m.framing = unframed
	}
}

func dropTrailerNames(m *message) { drop("Trailer")(m) }

func toOldClients(p pair) {
	if len(p.direct.requests) == 0 || !strings.HasSuffix(p.direct.requests[0].start, "HTTP/1.0") {
		return
	}
	p.direct.answers = slices.DeleteFunc(p.direct.answers, (*message).interim)
	for _, m := range p.direct.answers {
		m.trailer = nil
	}
}

func addHost(direct, through *message) {
	if strings.Join(direct.values("Host"), "") == "" {
		drop("Host")(direct)
		drop("Host")(through)
	}
}

func addDate(direct, through *message) {
	if dates := through.values("Date"); len(direct.values("Date")) == 0 && len(dates) == 1 {
		if at, err := time.Parse(http.TimeFormat, dates[0]); err == nil && time.Since(at) < time.Minute {
			drop("Date")(through)
		}
	}
}

func dropLengthOf204(m *message) {
	if m.status() == http.StatusNoContent {
		drop("Content-Length")(m)
	}
}

func dropForwarded(_, through *message) {
	said := map[string]string{"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "Forwarded": "for=127.0.0.1;proto=http"}
	if host := through.values("Host"); len(host) == 1 {
		said["X-Forwarded-Host"] = host[0]
		said["Forwarded"] += `;host="` + host[0] + `"`
	}
	through.fields = slices.DeleteFunc(through.fields, func(f field) bool {
		value, ours := said[http.CanonicalHeaderKey(f.name)]
		return ours && value == strings.TrimSpace(f.value)
	})
}

func dropHearsay(direct, _ *message) {
	drop("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "Forwarded", "X-Real-IP", "X-Original-URL",
		"X-Ferngate-User", "X_Ferngate_User")(direct)
}

func dropOurOwn(m *message) {
	m.fields = slices.DeleteFunc(m.fields, func(f field) bool {
		return f.is("X-Ferngate-User") || f.is("Set-Cookie") && strings.HasPrefix(strings.TrimSpace(f.value), "ferngate=")
	})
}

func dropVary(direct, through *message) {
	if len(direct.values("Vary")) == 0 && slices.Equal(through.values("Vary"), []string{vary}) {
		drop("Vary")(through)
	}
}

func dropContinue(p pair) {
	isContinue := func(m *message) bool { return m.status() == http.StatusContinue }
	if len(p.direct.requests) == 1 && p.direct.requests[0].has("Expect", "100-continue") && !slices.ContainsFunc(p.direct.answers, isContinue) {
		p.through.answers = slices.DeleteFunc(p.through.answers, isContinue)
	}
}

func refuseExpectation(p pair) {
	if len(p.direct.requests) != 1 || len(p.through.requests) > 0 || len(p.through.answers) != 1 {
		return
	}
	expects := p.direct.requests[0].values("Expect")
	if len(expects) > 0 && expects[0] != "100-continue" && p.through.answers[0].status() == http.StatusExpectationFailed {
		*p.through = *p.direct
	}
}

func dropReason(m *message) {
	version, rest, _ := strings.Cut(m.start, " ")
	m.start = version + " " + rest[:min(3, len(rest))]
}

func addCacheControl(p pair) {
	becomes(cacheControl)(p)
	answerBecomes(cacheControl)(p)
}

func cacheControl(direct, through *message) {
	if len(direct.values("Cache-Control")) == 0 && slices.Equal(through.values("Pragma"), []string{"no-cache"}) {
		drop("Cache-Control")(through)
	}
}
