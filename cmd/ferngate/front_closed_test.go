package main

import (
	"strings"
	"sync"
	"testing"
)

// Where ferngate cannot be asked nothing reaches the app, not even what is open
// to everybody, and nobody gets anything but an error.
func TestFronts_Closed(t *testing.T) {
	s := newFronts(t, frontConfig, answerByPath)
	for _, kind := range frontKinds {
		t.Run(kind.name, func(t *testing.T) {
			f := s.at(kind.start(t, s, "127.0.0.1:"+frontPort(t)))
			var asked sync.WaitGroup
			for name, request := range map[string]string{
				"an open page":   opened("/open/page"),
				"a page":         opened("/page"),
				"a private page": opened("/private/page", spoofedIdentity...),
				"a script":       fetched("/private/data"),
				"a form":         posted("/page", "a=1"),
				"a websocket":    socket("/ws", "https://"+frontHost),
				"a page of ours": opened("/.ferngate/sign-in"),
				"the token":      fetched("/api/ferndesk-token"),
			} {
				asked.Go(func() { // all at once, as HAProxy tries for some seconds
					answer, err := f.try(t.Context(), kind.name+" closed: "+name, request, cookies{})
					if err != nil || !strings.HasPrefix(answer, "50") || strings.Contains(answer, "the app") {
						t.Errorf("%s is answered (%v)\n\n%s", name, err, answer)
					}
				})
			}
			asked.Wait()
		})
	}
}
