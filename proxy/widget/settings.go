package widget

import (
	"encoding/json"
	"errors"

	"github.com/ferngate/ferngate/config"
)

// settings are what widget.js has of its site's config.
type settings struct {
	Init    map[string]any `json:"init"` // the options of Ferndesk('init', …)
	SDK     string         `json:"sdk"`
	Token   string         `json:"token"`
	Whoami  string         `json:"whoami"`
	Idle    bool           `json:"idle"`
	Delay   int64          `json:"delay"` // milliseconds
	Consent *consent       `json:"consent"`
}

type consent struct {
	Event  string `json:"event"`
	Cookie string `json:"cookie"`
}

// encodeSettings writes them as an expression that may stand anywhere in a
// script, in the page as well: encoding/json escapes <, >, & and the two line
// separators that older JavaScript has no strings with.
func encodeSettings(f config.Ferndesk, in config.Inject) ([]byte, error) {
	switch {
	case f.WidgetID == "":
		return nil, errors.New("no widget_id")
	case len(f.TokenPath) == 0:
		return nil, errors.New("no token_path")
	case in.SDKURL == nil:
		return nil, errors.New("no sdk_url")
	}
	s := settings{
		Init:   make(map[string]any, len(in.Init)+1),
		SDK:    in.SDKURL.String(),
		Token:  f.TokenPath[0],
		Whoami: WhoamiPath,
		Idle:   in.Idle,
		Delay:  in.Delay.Milliseconds(),
	}
	for name, value := range in.Init {
		s.Init[name] = value
	}
	s.Init["widgetId"] = f.WidgetID // whatever else is said
	if in.Consent != nil {
		s.Consent = &consent{in.Consent.Event, in.Consent.Cookie}
	}
	return json.Marshal(s)
}
