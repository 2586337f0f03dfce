package config

// Listener is an address that ferngate listens at, and the key that has it.
type Listener struct{ Key, Address string }

// The keys of the addresses that ferngate listens at.
const (
	ListenKey         = "listen"
	RedirectListenKey = "tls.redirect_listen"
	AdminListenKey    = "admin.listen"
)

// ListenKeys are all of them.
func ListenKeys() []string { return []string{ListenKey, RedirectListenKey, AdminListenKey} }

// Listeners are the addresses that a config has, in the order of ListenKeys.
func (c *Config) Listeners() []Listener {
	all := []Listener{{ListenKey, c.Listen}}
	if c.TLS != nil && c.TLS.RedirectListen != "" {
		all = append(all, Listener{RedirectListenKey, c.TLS.RedirectListen})
	}
	if c.Admin.Listen != "" {
		all = append(all, Listener{AdminListenKey, c.Admin.Listen})
	}
	return all
}
