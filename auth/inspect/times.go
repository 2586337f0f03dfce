package inspect

import (
	"fmt"
	"math"
	"time"
)

// A token that is good for longer than longTTL is remarked on. A time that is
// farther off than muchLater was counted in milliseconds.
const (
	longTTL   = 24 * time.Hour
	muchLater = 100 * 365 * 24 * time.Hour
)

// farthest is the most seconds from 1970 that are told apart: the year 200,000.
const farthest = 6.25e12

// checkTimes looks at exp, iat and nbf (RFC 7519, section 4.1), which count in seconds.
func (v *Verdict) checkTimes(claims map[string]any) {
	now := v.terms.Now
	v.begins(claims, "iat", "made")
	v.begins(claims, "nbf", "good from")
	if expires, ok := v.time(claims, "exp", "ends"); ok {
		switch left := expires.Sub(now); {
		case left <= 0:
			v.refuse(fmt.Sprintf("the token ended %s ago (exp: %s)", roughly(now.Sub(expires)), clock(expires)),
				fmt.Sprintf("fetch a new one; if this one is new, the clock is wrong: it is %s here", clock(now)))
		case left > muchLater:
			v.remark("the token never ends: exp was counted in milliseconds, and is in seconds", "divide it by 1000")
		case left > longTTL:
			v.remark("the token is good for "+roughly(left)+": a stolen one is, too", "an hour is common (token_ttl)")
		}
	}
}

// begins looks at a claim that must not lie ahead.
func (v *Verdict) begins(claims map[string]any, name, what string) {
	at, ok := v.time(claims, name, what)
	switch early := at.Sub(v.terms.Now); {
	case !ok:
	case early > muchLater:
		v.refuse(name+" lies far ahead: it was counted in milliseconds, and is in seconds", "divide it by 1000")
	case early > 0:
		v.refuse(fmt.Sprintf("%s lies %s ahead (%s): the clocks differ", name, roughly(early), clock(at)),
			"set the clock of the machine that signs, and of this one, by a time server (NTP)")
	}
}

// time returns a claim that is a time, if there is one, and notes it as what it is.
func (v *Verdict) time(claims map[string]any, name, what string) (at time.Time, ok bool) {
	value, present := claims[name]
	seconds, isNumber := value.(float64)
	none := !present || isNumber && seconds == 0
	switch {
	case none && name == "exp":
		v.refuse(name+" is missing: a token without an end would be good for ever", "add it, in seconds since 1970; an hour from now is common")
	case none:
	case !isNumber:
		v.refuse(name+" is "+shown(value)+", and not a number", "write it in seconds since 1970, without quotes")
	case math.Abs(seconds) >= math.MaxInt64:
		v.refuse(name+" is beyond every calendar", "write it in seconds since 1970")
	default:
		at = time.Unix(int64(min(max(seconds, -farthest), farthest)), 0)
		v.Times = append(v.Times, what+" "+clock(at)+", "+v.relative(at))
		return at, true
	}
	return time.Time{}, false
}

// relative is how far a time is from now.
func (v *Verdict) relative(at time.Time) string {
	if at.Before(v.terms.Now) {
		return roughly(v.terms.Now.Sub(at)) + " ago"
	}
	return "in " + roughly(at.Sub(v.terms.Now))
}

// clock is a time as messages show it.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// roughly is a duration in the largest unit of which there are two or more.
func roughly(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "days"}, {time.Hour, "hours"}, {time.Minute, "minutes"}} {
		if d >= 2*unit.length {
			return fmt.Sprintf("%d %s", d/unit.length, unit.name)
		}
	}
	if seconds := int64(math.Ceil(d.Seconds())); seconds != 1 {
		return fmt.Sprintf("%d seconds", seconds)
	}
	return "1 second"
}
