package jwks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"
)

const (
	// maxKids bounds how many keys are remembered; a region has a few at a time.
	maxKids = 32
	// kidBurst and kidEvery limit the fetches of keys that are not remembered:
	// strangers may ask for them too.
	kidBurst = 5
	kidEvery = time.Minute
)

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// perKid are keys that are published as PEM documents, each at its kid below a
// folder.
type perKid struct {
	folders   map[string]string // by signer; each ends with a slash
	algorithm string
	fetcher   *fetcher

	mu        sync.Mutex
	documents map[string]*keyDocument // by URL
	spent     time.Time               // until when the fetches so far count against the limit
}

// keyDocument is a key's; the key is nil where there is none.
type keyDocument struct {
	document[*key]
	used time.Time // guarded by perKid's mu
}

var _ keySource = (*perKid)(nil)

func newPerKid(folders map[string]string, algorithm string, f *fetcher) *perKid {
	return &perKid{folders: folders, algorithm: algorithm, fetcher: f, documents: map[string]*keyDocument{}}
}

// find implements keySource. Without an answer from the issuer it is ErrUndecided,
// also beyond the limit: unlike with a JWK Set, what was fetched for others says
// nothing about this key.
func (p *perKid) find(ctx context.Context, h header) (*key, error) {
	folder, known := p.folders[h.signer]
	if !known {
		return nil, invalid("its signer is another than the configured audience")
	}
	if !uuid.MatchString(h.kid) {
		return nil, invalid("its kid is no UUID")
	}
	url := folder + h.kid
	d, err := p.of(url)
	if err != nil {
		return nil, err
	}
	k, err := d.get(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, err // others may still be waiting for it
	case err != nil:
		p.forget(url, d)
		return nil, err
	case k == nil:
		p.forget(url, d)
		return nil, invalid("its kid is none of the issuer's")
	}
	return k, nil
}

// of returns the document of a URL, within the limit a new one.
func (p *perKid) of(url string) (*keyDocument, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if d := p.documents[url]; d != nil {
		d.used = now
		return d, nil
	}
	if p.spent.Before(now) {
		p.spent = now
	}
	if p.spent.Sub(now) > (kidBurst-1)*kidEvery {
		return nil, fmt.Errorf("%w: too many unknown ones were asked for", ErrUndecided)
	}
	p.spent = p.spent.Add(kidEvery)
	if len(p.documents) >= maxKids {
		delete(p.documents, p.leastUsed())
	}
	d := &keyDocument{document[*key]{fetch: func(ctx context.Context) (*key, time.Duration, error) {
		return p.fetch(ctx, url)
	}}, now}
	p.documents[url] = d
	return d, nil
}

// leastUsed is the URL that nobody has needed for the longest: keys that a
// stranger asks for do not drive out the one that people come with.
func (p *perKid) leastUsed() string {
	found := ""
	for url, d := range p.documents {
		if found == "" || d.used.Before(p.documents[found].used) {
			found = url
		}
	}
	return found
}

// forget drops a document that was not to be had.
func (p *perKid) forget(url string, d *keyDocument) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.documents[url] == d {
		delete(p.documents, url)
	}
}

// fetch returns the key at a URL, nil if there is none.
func (p *perKid) fetch(ctx context.Context, url string) (*key, time.Duration, error) {
	text, life, err := p.fetcher.get(ctx, url)
	if status, ok := errors.AsType[*statusError](err); ok && (status.status == http.StatusNotFound || status.status == http.StatusForbidden) {
		p.fetcher.note(nil)
		return nil, minLife, nil
	}
	var k *key
	if err == nil {
		if k, err = parsePEM(text, p.algorithm); err != nil {
			err = fmt.Errorf("read %s: %w", url, err)
		}
	}
	p.fetcher.note(err)
	return k, life, err
}
