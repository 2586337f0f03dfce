package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Every policy of the table in a browser: under the extended one the widget has
// all that it needs, and whatever else a page may try comes out, and is
// reported, as under the policy that the app sent.
func TestCSPInABrowser(t *testing.T) {
	o := startCSPOrigins(t)
	const each = 25 // a browser's time is bounded
	for first := 0; first < len(o.pages); first += each {
		t.Run("from "+strconv.Itoa(first), func(t *testing.T) {
			b := newBrowser(t)
			b.do("watch every page", func(ctx context.Context, tab *chromedp.Target) (none chromedp.Void, err error) {
				_, err = cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument,
					page.AddScriptToEvaluateOnNewDocumentParams{Source: o.fill(cspWatch)})
				return none, err
			})
			for n := first; n < min(first+each, len(o.pages)); n++ {
				t.Run(o.pages[n].name, func(t *testing.T) {
					b.t = t
					o.wantSame(b, n)
				})
			}
			b.t = t
		})
	}
}

// wantSame compares the page of a number under the policy that the app sent
// with the one under the extended policy.
func (o *cspOrigins) wantSame(b *browser, n int) {
	b.t.Helper()
	original := o.self + "/original/" + strconv.Itoa(n)
	extended := o.self + "/extended/" + strconv.Itoa(n)
	if refused := o.pages[n].refused; refused != "" {
		if got, want := fetchPage(b.t, extended), fetchPage(b.t, original); got != want {
			b.t.Errorf("%s, and the page is not left alone:\n%s\nwas\n%s", refused, got, want)
		}
		return
	}

	b.open(original)
	want := b.tryAll()
	urls := []string{extended}
	if len(o.pages[n].metas) > 0 && len(o.pages[n].header) == 0 {
		urls = append(urls, o.self+"/late/"+strconv.Itoa(n))
	}
	for _, url := range urls {
		b.open(url)
		b.wantNeeded()
		if got := b.tryAll(); got != want {
			b.t.Errorf("extended:\n%s\noriginal:\n%s\n%s", got, want, fetchPage(b.t, url))
		}
	}
}

// wantNeeded wants all that the widget needs to have come to the page.
func (b *browser) wantNeeded() {
	b.t.Helper()
	if b.js("ran.includes('widget')") != "true" { // the page waited for it
		b.t.Fatalf("the script did not run: %s", b.js("violations"))
	}
	b.until("window.needed !== ''")
	const loaded = "ran=widget,sdk token=load whoami=load help=load image=load style=load frame=load font=load violations="
	if got := b.js("window.needed"); got != loaded {
		b.t.Errorf("the widget's: %s", got)
	}
}

// tryAll has the page try all that it may, and returns what came of it.
func (b *browser) tryAll() string {
	b.t.Helper()
	b.js("(tryAll(), 0)")
	b.until("window.outcome !== ''")
	return b.js("window.outcome")
}

// fetchPage returns a page with its headers.
func fetchPage(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	res.Header.Del("Date")
	res.Header.Del("Content-Length")
	return fmt.Sprintf("%q\n%s", res.Header, body)
}

// cspScript and cspSDK stand for the widget: they do what it does, and say what
// came of it in needed.
const (
	cspScript = `(() => {
		ran.push('widget')
		const sdk = document.createElement('script')
		sdk.nonce = document.currentScript.nonce
		sdk.src = '{sdk}/sdk.js'
		sdk.onerror = () => needed = 'no SDK ' + violations
		document.head.append(sdk)
	})()`
	cspSDK = `(async () => {
		ran.push('sdk')
		const framed = new Promise(done => addEventListener('message', e => e.origin === '{help}' && done('load')))
		const all = {
			token: get('/api/ferndesk-token'), whoami: get('/.ferngate/whoami'), help: get('{help}/x.txt'),
			image: put('img', {src: '{help}/x.svg'}),
			style: put('link', {rel: 'stylesheet', href: '{help}/x.css'}),
			frame: put('iframe', {src: '{help}/x.html'}).then(() => soon(framed)),
			font: font('{help}/x.woff2').then(() => 'load'),
		}
		let text = ''
		for (const name in all) text += ' ' + name + '=' + await all[name]
		await pause(20)
		needed = 'ran=' + ran.filter(n => n === 'widget' || n === 'sdk') + text + ' violations=' + violations.filter(isOurs)
	})()`
)

// cspBody is the rest of every page: what a parser is told to load and to run.
const cspBody = `<title>x</title></head><body>
<script>ran.push('inline')</script>
<script nonce="d3Jvbmc=">ran.push('wrong nonce')</script>
<script src="/other.js?own"></script>
<script src="/.ferngate/other.js?beside"></script>
<script src="{third}/x.js?third"></script>
<script src="{third}/x.js?third-by-nonce" nonce="d3Jvbmc="></script>
<style>b { color: red }</style>
<u style="color: red"></u><b></b><img src="data:," onerror="ran.push('onerror')">
</body></html>`

// cspWatch runs before anything of a page does. tryAll tries what a policy may
// forbid, says what came of it in outcome, and what was reported.
const cspWatch = `
if (window === top) {
	window.ran = []; window.violations = []; window.needed = ''; window.outcome = ''
	addEventListener('securitypolicyviolation', e => violations.push(e.effectiveDirective + ' ' + e.blockedURI + ' ' + e.disposition))
	window.isOurs = v => ['{self}/.ferngate/widget.js', '{self}/.ferngate/whoami', '{self}/api/ferndesk-token', '{sdk}', '{help}/x.'].some(u => v.includes(' ' + u))
	window.pause = ms => new Promise(done => setTimeout(done, ms))
	window.soon = p => Promise.race([p, pause(30000).then(() => 'nothing')])
	window.get = (url) => fetch(url).then(() => 'load', () => 'error')
	window.put = (tag, attributes) => soon(new Promise(done => {
		const e = document.createElement(tag)
		e.onload = e.onloadeddata = () => done('load')
		e.onerror = () => done('error')
		Object.assign(e, attributes)
		document.body.append(e)
	}))
	window.font = url => new FontFace('x', 'url(' + url + ')').load().then(() => 'load', () => 'error')
	window.work = url => soon(new Promise(done => {
		try {
			const w = new Worker(url)
			w.onmessage = () => done('ran')
			w.onerror = () => done('error')
		} catch { done('thrown') }
	}))
	window.attempt = f => { try { return f() } catch { return 'thrown' } }
	window.tryAll = async () => {
		await pause(0) // what a debugger evaluates may evaluate
		const color = tag => getComputedStyle(document.querySelector(tag)).color
		const all = {styleElement: color('b'), styleAttribute: color('u')}
		all.eval = attempt(() => eval('"ran"'))
		all.function = attempt(() => new Function('return "ran"')())
		attempt(() => setTimeout('ran.push("timeout")'))
		const div = document.createElement('div'), link = document.createElement('a'), script = document.createElement('script')
		div.setAttribute('onclick', 'ran.push("onclick")')
		link.href = 'javascript:ran.push("javascript:");void 0'
		script.text = 'ran.push("inline by script")'
		document.body.append(div, link, script)
		div.click(), link.click()
		all.wasm = WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => 'ran', () => 'thrown')
		for (const [from, at] of [['own', '/other'], ['third', '{third}/x']]) {
			all[from + ' fetch'] = get(at + '.txt')
			all[from + ' script'] = put('script', {src: at + '.js?' + from + '-by-script'})
			all[from + ' image'] = put('img', {src: at + '.svg'})
			all[from + ' style'] = put('link', {rel: 'stylesheet', href: at + '.css'})
			all[from + ' frame'] = put('iframe', {src: at + '.html'})
			all[from + ' font'] = font(at + '.woff2')
		}
		all.socket = attempt(() => { new WebSocket('{third}/x'.replace('http', 'ws')).close(); return 'made' }) // waiting for one takes seconds
		for (const [from, at] of [['third', '{third}/x'], ['help', '{help}/try']]) {
			all[from + ' object'] = put('object', {data: at + '.gif', type: 'image/gif'}) // an image: other objects are frames, too
			all[from + ' media'] = put('audio', {src: at + '.mp3'})
		}
		all['own worker'] = work('/other.js')
		all['data image'] = put('img', {src: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"/>'})
		all['data script'] = put('script', {src: 'data:text/javascript,ran.push("data")'})
		all['blob script'] = put('script', {src: URL.createObjectURL(new Blob(['ran.push("blob")']))})
		all['blob worker'] = work(URL.createObjectURL(new Blob(['postMessage(0)'])))
		let text = ''
		for (const name in all) text += name + ': ' + await all[name] + '\n'
		const base = document.createElement('base')
		base.href = '{third}/'
		document.head.append(base)
		text += 'base: ' + document.baseURI.startsWith('{third}') + '\n'
		await pause(20)
		outcome = text + 'ran: ' + ran.filter(n => n !== 'widget' && n !== 'sdk').sort() + '\n' +
			[...new Set(violations.filter(v => !isOurs(v)).map(v => v.replace(/blob:\S*/, 'blob:')))].sort().join('\n')
	}
}`
