package proxy

import "net/http"

// arrive is how the way of every request begins, whichever listener it came to: it
// refuses what HTTP forbids, and reads where the request comes from and which site
// it is for.
func (g *Gateway) arrive(x *exchange, r *http.Request) (err error) {
	if x.target, err = readTarget(r); err != nil {
		return err
	}
	if err := checkWellFormed(r); err != nil {
		return err
	}
	if x.client, err = readClient(r, x.target, x.client.addr, g.trusted); err != nil {
		return err
	}
	if x.site = g.sites.find(x.client.hostname); x.site == nil {
		return errWrongHost
	}
	return nil
}
