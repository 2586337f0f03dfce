// Package assertion is the method assertion: a proxy in front has signed the
// person in and says who it is, with every request anew, in a JWT that it signs
// or in plain headers that only it can send. There is no session of ours.
package assertion

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/mapping"
	"github.com/ferngate/ferngate/auth/recent"
	"github.com/ferngate/ferngate/config"
)

// Name is the method's name in the config and in logs.
const Name = "assertion"

// Method is the method assertion of one site. All of it may be used by many
// goroutines at once.
type Method struct {
	cfg      config.Assertion
	source   source
	composer *mapping.Composer
	people   recent.Cache[string, *auth.Identity] // by user id
	reasons  *reasons
}

// source is where a request says who it is from.
type source interface {
	// read returns what the request says, nil if it says nothing. A *nobodyError
	// says why what it says does not count; another error that it cannot be told.
	read(ctx context.Context, h http.Header, trustedPeer bool) (*said, error)
	// clientHeaders are those that count without a signature.
	clientHeaders() []string
}

// said is what a request says.
type said struct {
	values mapping.Values
	until  time.Time
}

// nobodyError is why an assertion is nobody's. It repeats nothing of it.
type nobodyError struct{ reason string }

// Error implements error.
func (e *nobodyError) Error() string { return e.reason }

// New builds the method of a valid config. Keys that the method before it (nil for
// none) has fetched from where this one would are kept. The error is
// config.Faults, with every fault in the table of enrich, or says what is wrong
// with that file or with the keys.
func New(cfg config.Assertion, before *Method, log *zap.Logger) (*Method, error) {
	return newMethod(cfg, before, nil, log)
}

// newMethod is New with the client that fetches keys.
func newMethod(cfg config.Assertion, before *Method, client *http.Client, log *zap.Logger) (*Method, error) {
	source, err := newSource(cfg, client, log)
	if err != nil {
		return nil, err
	}
	if before != nil && reflect.DeepEqual(believed(before.cfg), believed(cfg)) && sameKeys(before.source, source) {
		source = before.source
	}
	identity, err := standardClaims()
	if err != nil {
		return nil, err
	}
	if cfg.Identity != nil {
		identity = *cfg.Identity
	}
	var table *mapping.Table
	if cfg.Enrich != nil {
		if table, err = mapping.NewTable(*cfg.Enrich, extracted(cfg)); err != nil {
			return nil, err
		}
	}
	return &Method{
		cfg:      cfg,
		source:   source,
		composer: mapping.NewComposer(identity, table),
		reasons:  &reasons{log: log},
	}, nil
}

// believed is what of cfg the source depends on.
func believed(cfg config.Assertion) config.Assertion {
	cfg.Identity, cfg.Enrich = nil, nil
	return cfg
}

// sameKeys reports whether two sources of one config go by the same keys: those of
// a file may have changed.
func sameKeys(a, b source) bool {
	first, signs := a.(*signed)
	second, also := b.(*signed)
	return !signs || !also || first.verifier.SameKeys(second.verifier)
}

// Basis is what the method goes by. It is the same value as that of the method
// before, where that believed the same in the same way.
func (m *Method) Basis() any { return m.source }

// Check reads the table of enrich, if there is one, and adds what is wrong in it
// to the report of the config that has cfg under key.
func Check(cfg config.Assertion, key string, r *config.Report) {
	mapping.CheckTable(cfg.Enrich, extracted(cfg), key+".enrich", r)
}

// extracted are the names of the values that cfg reads.
func extracted(cfg config.Assertion) []string {
	return slices.AppendSeq(slices.Collect(maps.Keys(cfg.Extract)), maps.Keys(cfg.TrustedHeader))
}

// newSource returns what cfg believes.
func newSource(cfg config.Assertion, client *http.Client, log *zap.Logger) (source, error) {
	if len(cfg.TrustedHeader) > 0 {
		return newTrusted(cfg.TrustedHeader), nil
	}
	return newSigned(cfg, client, log)
}

// Identify says whom the proxy in front vouches for in a request of these
// headers, and until when that counts, which is later than now. trustedPeer is
// whether the request comes from a proxy in trusted_proxies. Without an
// assertion, and with one that does not count, it is nobody, with the reason in
// the log. The error is jwks.ErrUndecided.
//
// Until something about the person changes the identity is the same pointer
// every time.
func (m *Method) Identify(ctx context.Context, h http.Header, trustedPeer bool) (*auth.Identity, time.Time, error) {
	said, err := m.source.read(ctx, h, trustedPeer)
	var id *auth.Identity
	if said != nil {
		id, err = m.identity(said.values)
	}
	switch nobody, isNobody := errors.AsType[*nobodyError](err); {
	case isNobody:
		m.reasons.say(nobody.reason)
		return nil, time.Time{}, nil
	case err != nil, id == nil:
		return nil, time.Time{}, err
	}
	return id, said.until, nil
}

// identity composes the person anew each time, since a later JWT may say something
// else. It returns the one from before if nothing has changed: what was made for a
// pointer (auth.Tokens) is then not made again.
func (m *Method) identity(values mapping.Values) (*auth.Identity, error) {
	id, err := m.composer.Compose(values)
	if err != nil {
		return nil, &nobodyError{err.Error()}
	}
	if before, found := m.people.Find(id.UserID); found && reflect.DeepEqual(before, id) {
		return before, nil
	}
	m.people.Put(id.UserID, id)
	return id, nil
}

// ClientHeaders returns the headers that count when they come from a trusted
// peer, and must be removed from what others send.
func (m *Method) ClientHeaders() []string { return m.source.clientHeaders() }
