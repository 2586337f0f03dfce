package auth

import (
	"encoding/json"
	"slices"
	"time"
)

// Followed is what a session remembers of the app's own session, where the
// person signs in to the app (the method app). It is sealed into the session
// cookie, so that every replica remembers the same. It is never changed once
// made: a new answer, or a new signal, makes a new one.
//
// Its times are to the millisecond and order what the app was asked and what
// happened since. Each is later than those that came with the same cookie,
// whatever the clocks of the replicas say; of what happens at two replicas at the
// same moment their clocks decide.
type Followed struct {
	// Identity is whose the app's session is; nil when it is nobody's.
	Identity *Identity
	// Asked is when the app was asked for that; zero when it was not since the session ended.
	Asked time.Time
	// Changed is when the session last may have got, lost or changed its person:
	// an answer to what was asked before does not count.
	Changed time.Time
	// Touched is when the browser last sent the app what may change something,
	// sign-in among it.
	Touched time.Time
	// Cookies are the app's session cookies that this is about.
	Cookies []AppCookie
	// Digest is of those cookies' exact names and values; "" where they do not matter.
	Digest string
	// Rolls is whether nobody was found twice, with other values of the cookies
	// each time, so that their values do not matter.
	Rolls bool
	// Late is whether a sign of a change was known when this was learnt that the
	// browser did not know of yet: it is about the values in Digest and no others.
	Late bool
	// Host is the host that this was learnt at, where a site has several; "" else.
	Host string
}

// AppCookie is a session cookie of the app's, and where the browser sends it.
type AppCookie struct {
	Name string
	// Path is its Path attribute (RFC 6265, section 5.1.4), or else the folder
	// of the request that it was first seen with.
	Path string
}

// Knows reports whether a cookie of this name is among those that f is about.
func (f *Followed) Knows(name string) bool {
	return slices.ContainsFunc(f.Cookies, func(c AppCookie) bool { return c.Name == name })
}

// userID is that of the identity, "" for nobody.
func (f *Followed) userID() string {
	if f == nil || f.Identity == nil {
		return ""
	}
	return f.Identity.UserID
}

// latest is the last time that f holds.
func (f *Followed) latest() time.Time {
	latest := f.Asked
	for _, t := range []time.Time{f.Changed, f.Touched} {
		if t.After(latest) {
			latest = t
		}
	}
	return latest
}

// sealedFollowed is a Followed as it is sealed; the short names keep it small.
type sealedFollowed struct {
	Identity *sealedIdentity `json:"i,omitempty"`
	Asked    int64           `json:"a,omitempty"`
	Changed  int64           `json:"c,omitempty"`
	Touched  int64           `json:"t,omitempty"`
	Cookies  [][2]string     `json:"k,omitempty"`
	Digest   string          `json:"d,omitempty"`
	Rolls    bool            `json:"r,omitempty"`
	Late     bool            `json:"l,omitempty"`
	Host     string          `json:"h,omitempty"`
}

type sealedIdentity struct {
	UserID     string            `json:"u"`
	Email      string            `json:"e,omitempty"`
	Name       string            `json:"n,omitempty"`
	Groups     []string          `json:"g,omitempty"`
	Attributes map[string]string `json:"a,omitempty"`
}

// MarshalJSON implements json.Marshaler, for the seal.
func (f *Followed) MarshalJSON() ([]byte, error) {
	s := sealedFollowed{
		Asked: millis(f.Asked), Changed: millis(f.Changed), Touched: millis(f.Touched),
		Digest: f.Digest, Rolls: f.Rolls, Late: f.Late, Host: f.Host,
	}
	if f.Identity != nil {
		identity := sealedIdentity(*f.Identity)
		s.Identity = &identity
	}
	for _, c := range f.Cookies {
		s.Cookies = append(s.Cookies, [2]string{c.Name, c.Path})
	}
	return json.Marshal(s)
}

// UnmarshalJSON implements json.Unmarshaler, for the seal.
func (f *Followed) UnmarshalJSON(text []byte) error {
	var s sealedFollowed
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	*f = Followed{
		Asked: atMillis(s.Asked), Changed: atMillis(s.Changed), Touched: atMillis(s.Touched),
		Digest: s.Digest, Rolls: s.Rolls, Late: s.Late, Host: s.Host,
	}
	if s.Identity != nil {
		identity := Identity(*s.Identity)
		f.Identity = &identity
	}
	for _, c := range s.Cookies {
		f.Cookies = append(f.Cookies, AppCookie{c[0], c[1]})
	}
	return nil
}

// millis is t in milliseconds of Unix time, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func atMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
