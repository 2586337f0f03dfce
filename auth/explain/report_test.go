package explain

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// written is what a report writes.
func written(t *testing.T, write func(*Report)) string {
	t.Helper()
	var out bytes.Buffer
	r := NewReport(&out)
	write(r)
	if err := r.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWhatSteersATerminalIsMadeVisible(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"Ólafur 木村, O'Brien & Søn", "Ólafur 木村, O'Brien & Søn"},
		{"\x1b]0;title\a", `\x1b]0;title\a`},
		{"a\r\nb\tc\x00", `a\r\nb\tc\x00`},
		{"\u009b31m", `\u009b31m`},
		{"\u202egnp.exe", `\u202egnp.exe`},
		{"a\u00a0b\ufeff", `a\u00a0b\ufeff`},
		{"\xff\xfeé\ufffd", `\xff\xfeé` + "\ufffd"},
		{`remote user\s*`, `remote user\s*`},
	} {
		if got := Visible(tt.text); got != tt.want {
			t.Errorf("%q shows %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestLinesBreakAtSpacesAndNothingIsLost(t *testing.T) {
	long := strings.Repeat("word ", 60) + strings.Repeat("x", 200)
	got := written(t, func(r *Report) { r.line("%s", long) })
	for i, line := range strings.Split(strings.TrimSuffix(got, "\n"), "\n") {
		if utf8.RuneCountInString(line) > width && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("line %d has %d characters", i+1, utf8.RuneCountInString(line))
		}
	}
	if strings.Join(strings.Fields(got), " ") != long {
		t.Errorf("got\n%s", got)
	}
}

func FuzzReport(f *testing.F) {
	f.Add("\x1b[31mred \u202e \xff")
	f.Fuzz(func(t *testing.T, text string) {
		got := written(t, func(r *Report) {
			r.section("%s", text)
			r.line("%s", text)
			r.note("%s", text)
		})
		if i := strings.IndexFunc(got, func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }); i >= 0 || !utf8.ValidString(got) {
			t.Errorf("%q", got)
		}
	})
}
