package jwks

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"
)

// maxDocument is the longest document that is read, in bytes: a hundred keys
// with their certificates.
const maxDocument = 512 << 10

// How long a document stays fresh: as its Cache-Control says, within reason.
const (
	minLife     = 5 * time.Minute
	defaultLife = time.Hour
	maxLife     = 24 * time.Hour
)

// statusError is an answer other than 200.
type statusError struct{ status int }

// Error implements error.
func (e *statusError) Error() string {
	return fmt.Sprintf("the answer is %d %s", e.status, http.StatusText(e.status))
}

// fetcher fetches an issuer's documents.
type fetcher struct {
	client *http.Client
	log    *zap.Logger

	mu      sync.Mutex
	failing bool
}

// newFetcher fetches by client, which may be nil, but follows no redirects:
// where keys come from is for the config to say, not for an answer.
func newFetcher(client *http.Client, log *zap.Logger) *fetcher {
	c := http.Client{}
	if client != nil {
		c = *client
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &fetcher{client: &c, log: log}
}

// get returns what is at a URL, and how long it stays fresh.
func (f *fetcher) get(ctx context.Context, url string) ([]byte, time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, 0, fmt.Errorf("fetch the issuer's keys: %w", err)
	}
	res, err := f.client.Do(req)
	if err != nil {
		return nil, 0, fmt.Errorf("fetch the issuer's keys: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // what counts was read
	if res.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("fetch %s: %w", url, &statusError{res.StatusCode})
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	if err != nil {
		return nil, 0, fmt.Errorf("fetch %s: %w", url, err)
	}
	if len(body) > maxDocument {
		return nil, 0, fmt.Errorf("fetch %s: the answer is longer than 512 KiB", url)
	}
	return body, life(res.Header), nil
}

// note logs once that the issuer's keys cannot be had, and once that they can
// be had again.
func (f *fetcher) note(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch failing := err != nil; {
	case failing && !f.failing:
		f.log.Warn("cannot fetch an issuer's keys, those from before go on for a day", zap.Error(err))
	case !failing && f.failing:
		f.log.Info("an issuer's keys can be fetched again")
	}
	f.failing = err != nil
}

// life is how long an answer of this header stays fresh (RFC 9111, section 5.2.2).
func life(h http.Header) time.Duration {
	for line := range strings.SplitSeq(strings.Join(h["Cache-Control"], ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(line)), "=")
		switch name {
		case "no-store", "no-cache":
			return minLife
		case "max-age":
			seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31)
			if err != nil {
				return minLife
			}
			return min(max(time.Duration(seconds)*time.Second, minLife), maxLife)
		}
	}
	return defaultLife
}
