package assertion

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth/mapping"
	"github.com/ferngate/ferngate/config"
)

// countsFor is how long a request's headers count: they do not say, and the
// next request comes with its own. No token that is made of them lives longer.
const countsFor = 24 * time.Hour

// trusted reads plain headers of a trusted peer (TestS18).
type trusted struct {
	headers    []string // in their canonical form, in order
	extraction *mapping.Extraction
}

var _ source = (*trusted)(nil)

func newTrusted(cfg map[string]string) *trusted {
	t := &trusted{}
	extract := map[string][]config.Extractor{}
	for name, header := range cfg {
		t.headers = append(t.headers, http.CanonicalHeaderKey(header))
		extract[name] = []config.Extractor{{Header: header}}
	}
	slices.Sort(t.headers)
	t.extraction = mapping.NewExtraction(extract)
	return t
}

// read implements source. From any other peer the headers are as if they were
// not there, without a word: what they would have done is not for a stranger to learn.
func (t *trusted) read(_ context.Context, h http.Header, trustedPeer bool) (*said, error) {
	if !trustedPeer {
		return nil, nil
	}
	found := http.Header{}
	for _, name := range t.headers {
		switch lines := h[name]; {
		case len(lines) > 1:
			return nil, &nobodyError{name + " is there more than once"}
		case len(lines) == 1 && !isAbsent(lines[0]):
			found[name] = lines
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	values := mapping.Values{}
	t.extraction.From(mapping.HeadersDocument(found), values) // whether one may be missing, the composer knows
	return &said{values, time.Now().Add(countsFor)}, nil
}

// isAbsent reports whether a header's value stands for none, in a request of
// nobody: nothing, or what Apache makes of a variable that is not set.
func isAbsent(value string) bool {
	value = strings.TrimSpace(value)
	return value == "" || value == "(null)"
}

// clientHeaders implements source.
func (t *trusted) clientHeaders() []string { return slices.Clone(t.headers) }
