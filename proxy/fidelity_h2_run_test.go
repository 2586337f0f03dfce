package proxy

import (
	"slices"
	"strings"

	"golang.org/x/net/http2/hpack"
)

// play sends the request of a script, and returns what comes.
func (c *h2client) play(s h2script) string {
	c.t.Helper()
	method, path := "GET", "/page"
	if s.path != "" {
		path = s.path
	}
	fields := s.fields
	if len(fields) > 0 && fields[0] == ":method" {
		method, fields = fields[1], fields[2:]
	}
	if s.frames == nil {
		return c.lines(c.open(h2EndStream, method, path, fields...))
	}
	stream := c.open(0, method, path, fields...)
	for i, frame := range s.frames {
		flags := byte(0)
		if i == len(s.frames)-1 && s.trailer == nil && s.arrives != "" {
			flags = h2EndStream
		}
		c.write(h2Data, flags, stream, []byte(frame))
	}
	if s.trailer != nil {
		c.write(h2Headers, h2EndHeaders|h2EndStream, stream, c.block(s.trailer...))
	}
	return c.lines(stream)
}

// lines reads the answers on a stream: the fields of each head in the order of
// their names, the body, and the trailers. A date that RFC 9110, 6.6.1, has
// added is left out.
func (c *h2client) lines(stream uint32) string {
	c.t.Helper()
	var heads, trailer, body string
	for {
		kind, flags, id, payload := c.read()
		switch {
		case kind == h2Settings && flags&h2Ack == 0:
			c.write(h2Settings, h2Ack, 0, nil)
		case id != stream:
			continue
		case kind == h2Reset:
			c.t.Fatal("the stream was reset")
		case kind == h2Data:
			body += string(payload)
		case kind == h2Headers:
			list, err := c.header.DecodeFull(payload)
			if err != nil {
				c.t.Fatal(err)
			}
			if text := fieldLines(list); list[0].Name == ":status" {
				heads += "\n" + text
			} else {
				trailer += text
			}
		}
		if id == stream && flags&h2EndStream != 0 && (kind == h2Headers || kind == h2Data) {
			return heads + "\n" + body + "\n" + trailer
		}
	}
}

func fieldLines(list []hpack.HeaderField) string {
	slices.SortStableFunc(list, func(a, b hpack.HeaderField) int { return strings.Compare(a.Name, b.Name) })
	text := ""
	for _, f := range list {
		if f.Name != "date" || !strings.HasSuffix(f.Value, " GMT") {
			text += f.Name + ": " + f.Value + "\n"
		}
	}
	return text
}

// lines is all of a request that arrived but for its host and what the gateway
// adds, in the order of the names.
func (a arrived) lines() string {
	lines := slices.DeleteFunc(slices.Clone(a.headers), func(line string) bool {
		name, _, _ := strings.Cut(line, ":")
		return name == "Host" || name == "Forwarded" || strings.HasPrefix(name, "X-Forwarded-")
	})
	for i, line := range lines {
		if rest, ok := strings.CutPrefix(line, "user-agent"); ok {
			lines[i] = "User-Agent" + rest
		}
	}
	slices.SortStableFunc(lines, func(a, b string) int {
		a, _, _ = strings.Cut(a, ":")
		b, _, _ = strings.Cut(b, ":")
		return strings.Compare(a, b)
	})
	text := strings.Join(append([]string{a.line}, lines...), "\n") + "\n\n" + a.body
	if len(a.trailer) > 0 {
		text += "\n" + strings.Join(a.trailer, "\n")
	}
	return text
}
