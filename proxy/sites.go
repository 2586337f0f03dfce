package proxy

import "iter"

// sites finds the site that a request is for.
type sites struct {
	byHost map[string]*site
	any    *site // the one without a host, if there is one
}

func (s *sites) add(host string, st *site) {
	if host == "" {
		s.any = st
		return
	}
	if s.byHost == nil {
		s.byHost = map[string]*site{}
	}
	s.byHost[host] = st
}

// find returns the site of a host name as hostname reads it, nil if it is not ours.
func (s *sites) find(name string) *site {
	if st, ok := s.byHost[name]; ok {
		return st
	}
	return s.any
}

// of returns the site that was added under a host, nil if none was.
func (s *sites) of(host string) *site {
	if host == "" {
		return s.any
	}
	return s.byHost[host]
}

// all yields every site once.
func (s *sites) all() iter.Seq[*site] {
	return func(yield func(*site) bool) {
		for _, st := range s.byHost {
			if !yield(st) {
				return
			}
		}
		if s.any != nil {
			yield(s.any)
		}
	}
}
