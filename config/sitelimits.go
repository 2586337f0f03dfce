package config

// Over returns the limits for one site: its own over those for every site.
func (l SiteLimits) Over(all Limits) Limits {
	if l.BodySize != nil {
		all.BodySize = *l.BodySize
	}
	if l.BodyTimeout != nil {
		all.BodyTimeout = *l.BodyTimeout
	}
	return all
}
