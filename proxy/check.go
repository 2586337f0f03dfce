package proxy

import (
	"fmt"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/auth/assertion"
	"github.com/ferngate/ferngate/auth/password"
	"github.com/ferngate/ferngate/config"
)

// CheckFiles reads the users files and tables that a config names, as far as it
// could be read itself, and adds what is wrong in them to its report.
func CheckFiles(cfg *config.Config, r *config.Report) {
	for i, site := range cfg.Sites {
		if site.SignIn == nil {
			continue
		}
		key := fmt.Sprintf("sites[%d].sign_in.", i)
		if section := site.SignIn.App; section != nil {
			app.Check(*section, key+app.Name, r)
		}
		if section := site.SignIn.Assertion; section != nil {
			assertion.Check(*section, key+assertion.Name, r)
		}
		if section := site.SignIn.Password; section != nil {
			password.Check(*section, key+password.Name, site.Ferndesk != nil, r)
		}
	}
}

// Check builds all that the config names and drops it again: what New would
// refuse, Check refuses.
func Check(cfg *config.Config, log *zap.Logger) error {
	g, err := New(cfg, nil, log)
	if err == nil {
		g.discard(nil)
	}
	return err
}
