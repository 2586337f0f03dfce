package config

import (
	"net/url"
	"time"
)

// Inject governs how the widget is put into the app's pages, which it is where
// ferndesk.widget_id is set.
type Inject struct {
	// Enabled is whether the widget is put into pages; false leaves them as they are.
	Enabled bool `yaml:"enabled" default:"true"`
	// Paths are the pages that get the widget. * stands for any characters; a pattern with ? in it is compared with path and query, any other with the path alone, both as browsers send them.
	Paths []string `yaml:"paths" default:"*" shorthand:"true"`
	// ExceptPaths are pages that do not get it, by patterns as in paths: those that are printed or mailed, say.
	ExceptPaths []string `yaml:"except_paths" shorthand:"true"`
	// Iframes is whether pages inside of frames get the widget, too.
	Iframes bool `yaml:"iframes" default:"false"`
	// Init are further options of Ferndesk('init', …), beside widgetId: true, false, a number or a text each.
	Init map[string]Option `yaml:"init"`
	// Idle is whether the widget waits until the browser has nothing else to do.
	Idle bool `yaml:"idle" default:"false"`
	// Delay is how long the widget waits once the page is there, at most ten minutes.
	Delay time.Duration `yaml:"delay" default:"0s"`
	// Consent makes the widget wait until the person agreed.
	Consent *Consent `yaml:"consent"`
	// SDKURL is where the Ferndesk SDK is loaded from: https://, or http:// from this machine.
	SDKURL *url.URL `yaml:"sdk_url" default:"https://static.ferndesk.com/dist/sdk.js"`
	// CSPSources are further origins that the widget needs in an app's Content-Security-Policy, beside the SDK's and the help centre's.
	CSPSources []string `yaml:"csp_sources" shorthand:"true"`
}

// Consent is by what a page knows that the person agreed: an event, a cookie, or whichever of both is there first.
type Consent struct {
	// Event is an event that the page dispatches at its window or document.
	Event string `yaml:"event"`
	// Cookie is a cookie that scripts can read, as name or name=value.
	Cookie string `yaml:"cookie"`
}
