package language

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// translations are the languages that have a table.
var translations = all[1:]

// same are texts that a language writes as English does.
var same = map[string]bool{"es Error: %s": true, "es Error %d": true}

// verbs are what takes an argument's place.
var verbs = regexp.MustCompile(`%.`)

func TestEveryLanguageSaysEverything(t *testing.T) {
	want := slices.Sorted(maps.Keys(german.texts))
	for _, l := range translations {
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(l.texts))); diff != "" {
			t.Errorf("%s (-de +%s):\n%s", l.Tag, l.Tag, diff)
		}
		for english, text := range l.texts {
			if english == text && !same[l.Tag+" "+text] {
				t.Errorf("%s: %q is English", l.Tag, text)
			}
			if !slices.Equal(verbs.FindAllString(english, -1), verbs.FindAllString(text, -1)) {
				t.Errorf("%s: %q and %q differ in their verbs", l.Tag, english, text)
			}
			if last := lastMark(english); last != lastMark(text) {
				t.Errorf("%s: %q ends in another mark than %q", l.Tag, text, english)
			}
			if strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
				t.Errorf("%s: %q has blanks too many", l.Tag, text)
			}
		}
	}
}

// lastMark is the sign that ends a text, "" where it is a letter or a verb.
func lastMark(text string) string {
	if i := strings.IndexAny(text[len(text)-1:], ".?:)"); i >= 0 {
		return text[len(text)-1:]
	}
	return ""
}

// verbatim is what stays as it is in every language: keys of the config.
var verbatim = regexp.MustCompile(`\(timeouts\.%s: %v\)`)

// wrong is what each language's typography does not have.
var wrong = map[string]*regexp.Regexp{
	"de": regexp.MustCompile(`["'“«»]|“\w| [?!:;]|(^|\s)(du|dein|dir|dich)\s`),
	"fr": regexp.MustCompile(`["'“”„]|[^\x{202f}][?!;]|[^\x{a0}]:|«[^\x{a0}]|[^\x{a0}]»|(^|\s)([Tt]u|ton|ta|tes|toi)\s|\(e\)`),
	"es": regexp.MustCompile(`["'“”„]|[ \x{a0}\x{202f}][?!:;»]|« |(^|\s)([Tt]ú|tu|tus|te|ti)\s`),
}

// opened are the marks that Spanish and German open before they close them.
var opened = map[string][2]string{"es": {"¿", "?"}, "de": {"„", "“"}}

func TestTypography(t *testing.T) {
	for _, l := range translations {
		for _, text := range l.texts {
			text = verbatim.ReplaceAllString(text, "")
			if l == german {
				text = strings.ReplaceAll(text, "„%s“", "") // the one pair of quotes
			}
			if found := wrong[l.Tag].FindString(text); found != "" {
				t.Errorf("%s: %q in %q", l.Tag, found, text)
			}
			if pair, ok := opened[l.Tag]; ok && strings.Count(text, pair[0]) != strings.Count(text, pair[1]) {
				t.Errorf("%s: %q opens what it does not close", l.Tag, text)
			}
		}
	}
}

func TestText(t *testing.T) {
	if got := german.Text("Error %d", 404); got != "Fehler 404" {
		t.Error(got)
	}
	if got := french.Text("Sign out of %s?", "100 %"); got != "Fermer votre session sur 100 %\u202f?" {
		t.Error(got)
	}
	for _, l := range all {
		if got := l.Text("Not translated: 100%"); got != "Not translated: 100%" {
			t.Errorf("%s: %s", l.Tag, got)
		}
	}
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want [4]string // as in all
	}{
		{time.Second, [4]string{"1 second", "1 Sekunde", "1 segundo", "1 seconde"}},
		{time.Millisecond, [4]string{"1 second", "1 Sekunde", "1 segundo", "1 seconde"}},
		{29*time.Second + 1, [4]string{"30 seconds", "30 Sekunden", "30 segundos", "30 secondes"}},
		{90 * time.Second, [4]string{"90 seconds", "90 Sekunden", "90 segundos", "90 secondes"}},
		{91 * time.Second, [4]string{"2 minutes", "2 Minuten", "2 minutos", "2 minutes"}},
		{10 * time.Minute, [4]string{"10 minutes", "10 Minuten", "10 minutos", "10 minutes"}},
	} {
		for i, l := range all {
			if got := l.Duration(c.d); got != c.want[i] {
				t.Errorf("%v: %q, want %q", c.d, got, c.want[i])
			}
		}
	}
}
