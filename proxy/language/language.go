// Package language is what people read on the gateway's own pages in each of
// their languages. English is what the code says; the other languages have a
// table of it each.
package language

import (
	"fmt"
	"time"
)

// Language is one that the gateway's own pages are written in.
type Language struct {
	// Tag names it in <html lang> and Content-Language (RFC 5646).
	Tag string

	texts            map[string]string // by their English
	seconds, minutes unit
}

// unit names one of something, and more of it.
type unit struct{ one, more string }

// English is the language of the code, and of whoever asks for none that is here.
var English = &Language{
	Tag:     "en",
	seconds: unit{"second", "seconds"},
	minutes: unit{"minute", "minutes"},
}

// all are the languages, the one for everybody else first.
var all = []*Language{English, german, spanish, french}

// Text is an English text in the language, and that itself where it is not
// translated. Arguments take the places of its verbs, as in fmt.Sprintf.
func (l *Language) Text(english string, args ...any) string {
	text, ok := l.texts[english]
	if !ok {
		text = english
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Duration says for how long to wait, as a person would: in seconds up to a
// minute and a half, in minutes beyond, rounded up.
func (l *Language) Duration(d time.Duration) string {
	n, u := ceil(d, time.Second), l.seconds
	if n > 90 {
		n, u = ceil(d, time.Minute), l.minutes
	}
	if n == 1 {
		return "1 " + u.one
	}
	return fmt.Sprintf("%d %s", n, u.more)
}

// ceil is how many units cover a duration.
func ceil(d, unit time.Duration) int64 { return int64((d + unit - 1) / unit) }
