package proxy

import (
	"net/http"
	"strings"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy/csp"
	"github.com/ferngate/ferngate/proxy/inject"
	"github.com/ferngate/ferngate/proxy/metrics"
	"github.com/ferngate/ferngate/proxy/widget"
)

// injector puts the widget into a site's pages.
type injector struct {
	script *widget.Script
	pages  config.Inject
	needs  csp.Needs // but for what follows from the page's own origin
	paths  []string  // of what the script fetches
	sdk    string    // its path
	hosts  []string  // the origins of the SDK and the help centre
	tags   entityTags
	counts metrics.Counter[metrics.Injection]
	log    *zap.Logger
}

// newInjector makes a site's, nil where its pages stay as they are.
func newInjector(cfg config.Site, counts metrics.Counter[metrics.Injection], log *zap.Logger) (*injector, error) {
	if cfg.Ferndesk == nil || cfg.Ferndesk.WidgetID == "" || !cfg.Inject.Enabled {
		return nil, nil
	}
	script, err := widget.New(*cfg.Ferndesk, cfg.Inject)
	if err != nil {
		return nil, err
	}
	hosts := []string{originOf(cfg.Inject.SDKURL), "https://" + cfg.Ferndesk.HelpCenter}
	return &injector{
		script: script,
		pages:  cfg.Inject,
		needs:  csp.Needs{Integrity: script.Integrity()},
		paths:  []string{cfg.Ferndesk.TokenPath[0], widget.WhoamiPath},
		sdk:    cfg.Inject.SDKURL.EscapedPath(),
		hosts:  hosts,
		tags:   newEntityTags(script, append(hosts, cfg.Inject.CSPSources...)),
		counts: counts,
		log:    log,
	}, nil
}

// into puts the widget into an answer of the app's, if it belongs there, and
// makes the headers true for what is sent. Nothing is done to an answer that it
// does not belong to, but for the Vary that says on what that depends.
func (i *injector) into(x *exchange, res *http.Response) {
	switch {
	case i == nil:
		return
	case res.StatusCode == http.StatusNotModified && x.revalidates != "":
		i.notModified(x, res.Header)
		return
	case !inject.IsHTML(res.Header):
		return
	}
	edit := &injection{injector: i, x: x, header: res.Header}
	if !i.covers(x) {
		edit.Done(excluded)
		return
	}
	addVary(res.Header)
	err := unfit(x, res)
	if err == nil {
		err = inject.Into(res, edit)
	}
	if err != nil {
		edit.Done(err)
		return
	}
	edit.setHeaders(res)
}

// covers reports whether the config wants the widget in the page at x's path.
func (i *injector) covers(x *exchange) bool {
	return i.pages.Covers(x.target.path, strings.TrimPrefix(x.target.query, "?"))
}

// wants reports whether the answer to x's request gets the widget if it can.
func (i *injector) wants(x *exchange) bool { return x.unwanted == "" && i.covers(x) }

// reason is why a page does not get the widget, beside those that lie in the
// document (package inject) and in its policies (package csp).
type reason string

// Error implements error.
func (r reason) Error() string { return string(r) }

const (
	excluded      reason = "excluded"       // by paths and except_paths
	notNavigation reason = "not-navigation" // a script fetches it
	fragment      reason = "fragment"       // a script that says that it wants part of a page
	inFrame       reason = "frame"
	head          reason = "head"
	otherStatus   reason = "status"
	attachment    reason = "attachment"
	noTransform   reason = "no-transform"
	isolated      reason = "cross-origin-isolated" // whose embedder policy refuses the SDK and the help centre
	integrity     reason = "integrity-policy"      // which refuses scripts without a hash, as the SDK is
	tooLong       reason = "element-too-long"      // with what the policies ask for
)

// injection is the inject.Editor of one answer.
type injection struct {
	injector *injector
	x        *exchange
	header   http.Header // as the app sent it
	policies http.Header // those of its headers that change
}

var _ inject.Editor = (*injection)(nil)

// Edit implements inject.Editor.
func (p *injection) Edit(metas []string) (element string, extended []string, err error) {
	var marks csp.Marks
	if len(metas) == 0 && !csp.In(p.header) {
		return p.injector.script.Element("", false), nil, nil // as most pages
	}
	if p.policies, extended, marks, err = p.injector.needsOf(p.x).Extend(p.header, metas); err != nil {
		return "", nil, err
	}
	if element = p.injector.script.Element(marks.Nonce, marks.Integrity); element == "" {
		return "", nil, tooLong
	}
	return element, extended, nil
}

// EditLater implements inject.Editor.
func (p *injection) EditLater(policy string) string {
	extended, err := p.injector.needsOf(p.x).ExtendMeta(policy)
	if err != nil {
		// The element is there already; the browser refuses what it must.
		p.injector.log.Debug("a policy that cannot be extended came too late", zap.String("request_id", p.x.id), zap.String("reason", err.Error()))
	}
	return extended
}

// Done implements inject.Editor: it counts what became of the page, and tells the log.
func (p *injection) Done(err error) {
	if err == nil {
		p.injector.counts.Add(metrics.Injected)
		return
	}
	reason := err.Error()
	p.injector.counts.Add(metrics.Injection(reason))
	p.injector.log.Debug("a page without the widget", zap.String("request_id", p.x.id), zap.String("path", p.x.target.path), zap.String("reason", reason))
}

// needsOf is what the widget needs of the policies of a page of x's origin.
func (i *injector) needsOf(x *exchange) *csp.Needs {
	needs := i.needs
	needs.Self = strings.ToLower(x.site.publicNameFor(x).origin)
	needs.Script = needs.Self + widget.Path
	for _, path := range i.paths {
		needs.Fetches = append(needs.Fetches, needs.Self+path)
	}
	// Of the page's own origin no more than a path is allowed: people may have
	// uploaded what stands at another (TestOwnOriginIsNotAllowedWhole).
	for j, host := range i.hosts {
		switch {
		case hostAndPort(host) != hostAndPort(needs.Self):
			needs.Sources = append(needs.Sources, host)
		case j == 0:
			needs.Loads = []string{host + i.sdk}
		}
	}
	needs.Sources = append(needs.Sources, i.pages.CSPSources...)
	return &needs
}

// hostAndPort is what of an origin says which server it is: whether a request
// came by HTTPS is not always seen, and a name may end in a dot.
func hostAndPort(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	host = strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
	return strings.TrimSuffix(host, ".")
}
