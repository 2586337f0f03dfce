package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/ferngate/ferngate/cmd/ferngate/demoapp"
)

// browser is a real one, with nobody signed in anywhere. It reaches this
// machine alone.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	complaints []string // of its console, CSP violations among them
	loaded     []string // why documents did not come from the back/forward cache
}

// newBrowser starts Chromium, or skips the test where there is none. More
// options are those of what it may reach beside this machine's address.
func newBrowser(t *testing.T, more ...chromedp.ExecAllocatorOption) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	need(t, unless(path != "", "chromium"))
	// Not t.TempDir: what is left of the browser may still write while it is removed.
	home, err := os.MkdirTemp("", "ferngate-browser-")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.UserDataDir(home), chromedp.Env("HOME="+home),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has none for root
	}
	ctx, cancelTime := context.WithTimeout(context.Background(), 2*patience)
	ctx, cancelAllocator := chromedp.NewExecAllocator(ctx, append(options, more...)...)
	ctx, cancelTab := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // closes it; what it says then is not what is tested
		cancelTab()
		cancelAllocator()
		cancelTime()
		_ = os.RemoveAll(home)
	})
	b := &browser{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	b.do("behave as the window in front", func(ctx context.Context, tab *chromedp.Target) (none chromedp.Void, err error) {
		_, err = cdp.Call(ctx, tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return none, err
	})
	return b
}

// hear keeps what the console shows as a warning or an error.
func (b *browser) hear(event any) {
	complaint := ""
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			complaint = fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		complaint = "exception: " + e.ExceptionDetails.Text
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" {
			complaint = "console." + string(e.Type)
			for _, arg := range e.Args {
				complaint += fmt.Sprintf(" %s%s", arg.Value, arg.Description)
			}
		}
	}
	if complaint != "" {
		b.complain(complaint)
	}
}

func (b *browser) complain(complaint string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, complaint)
}

// wantQuiet fails the test for all that the console complained of but the
// network's own line about an answer of 401, where a path says it is expected.
func (b *browser) wantQuiet(expected401 ...string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		expected := false
		for _, path := range expected401 {
			expected = expected || strings.HasPrefix(c, "network: ") && strings.Contains(c, "status of 401") && strings.HasSuffix(c, path+")")
		}
		if !expected {
			b.t.Errorf("in the console: %s", c)
		}
	}
}

func (b *browser) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v\nthe page: %s", what, err, b.page())
	}
}

func (b *browser) open(url string) {
	b.t.Helper()
	b.do("open "+url, chromedp.Navigate(url))
}

func (b *browser) click(selector string) {
	b.t.Helper()
	b.do("click "+selector, chromedp.Click(selector))
}

// keys sends keys to whatever has the focus.
func (b *browser) keys(keys string) {
	b.t.Helper()
	b.do(fmt.Sprintf("keys %q", keys), chromedp.KeyEvent(keys))
}

// tabTo presses Tab until the selector has the focus.
func (b *browser) tabTo(selector string) {
	b.t.Helper()
	for range 30 {
		b.keys("\t")
		if b.js("document.activeElement.matches("+quote(selector)+")") == "true" {
			return
		}
	}
	b.t.Fatalf("30 times Tab never come to %s\nthe page: %s", selector, b.page())
}

// wait waits until the page at path shows text in what the selector selects.
func (b *browser) wait(path, selector, text string) {
	b.t.Helper()
	b.until("location.pathname === " + quote(path) +
		" && [...document.querySelectorAll(" + quote(selector) + ")].some(e => e.textContent.includes(" + quote(text) + "))")
}

// waitFocus waits until the selector has the focus, which a page gives to one
// of its fields only when it is drawn.
func (b *browser) waitFocus(selector string) {
	b.t.Helper()
	b.until("document.hasFocus() && document.activeElement.matches(" + quote(selector) + ")")
}

// until waits until a condition is true.
func (b *browser) until(condition string) {
	b.t.Helper()
	err := poll(func() error {
		if got := b.js(condition); got != "true" {
			return fmt.Errorf("%s: %s", condition, got)
		}
		return nil
	})
	if err != nil {
		b.t.Fatalf("%v\nthe page: %s", err, b.page())
	}
}

// js is the value of an expression as text, or the error: a page that is just
// being left has no values.
func (b *browser) js(expression string) string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		return err.Error()
	}
	return value
}

// page is what a failed test shows.
func (b *browser) page() string { return b.js("location.href + '\\n' + document.body.innerText") }

// quote is text as a JavaScript string.
func quote(text string) string { return fmt.Sprintf("%q", text) }

// Ferngate's own sign-in and sign-out, where people sign in to ferngate itself;
// all of it without a mouse.
func TestOwnSignInInABrowser(t *testing.T) {
	b := newBrowser(t)
	app := httptest.NewServer(demoapp.Handler())
	t.Cleanup(app.Close)
	url := startGate(t, app.URL)

	// A wrong password: an alert, and the login is kept.
	b.open(url + "/help")
	b.wait("/.ferngate/sign-in", "h1", "Sign in")
	b.waitFocus("#login")
	b.keys("alice")
	b.tabTo("#password")
	b.keys("Wonderland\r")
	b.wait("/.ferngate/sign-in", "[role=alert]", "The login or the password is wrong.")
	if login := b.js("document.querySelector('#login').value"); login != "alice" {
		t.Errorf("the login became %q", login)
	}

	// The right one leads back to the page, with a token.
	b.waitFocus("#password")
	b.keys(gatePassword)
	b.tabTo("button")
	b.keys("\r")
	b.wait("/help", "#token-status", "200 OK")
	b.wait("/help", "#received-headers", "1001")
	if cookies := b.js("document.cookie"); cookies != "" {
		t.Errorf("scripts of the page see the cookies %q", cookies)
	}

	// Sign-out asks first, and then it is over.
	b.open(url + "/.ferngate/sign-out?return_to=%2Fhelp")
	b.wait("/.ferngate/sign-out", "main", "You are signed in as Alice Liddell.")
	b.tabTo("button")
	b.keys("\r")
	b.wait("/.ferngate/sign-in", "h1", "Sign in") // /help is for signed-in people here
	b.wantQuiet("/.ferngate/sign-in")
}
