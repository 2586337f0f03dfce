package main

import (
	"fmt"
	"strings"
	"testing"
)

// Where one ferngate has several sites, the proxy of one of them asks about
// that one, whatever host the client says: a page for signed-in people is none
// of another site's, where the same path is for everybody.
func TestFronts_OtherSite(t *testing.T) {
	const open = "  - { host: docs.example.com, upstream: \"{upstream}\", {site} }\n"
	for _, kind := range frontKinds {
		t.Run(kind.name, func(t *testing.T) {
			s := newFronts(t, frontConfig+open, answerByPath)
			f := s.at(kind.start(t, s, s.behind(t, kind)))
			const path = "/private/page"
			for i, request := range []string{
				opened(path), // nothing of this would tell, were it open
				opened(path, "Host: docs.example.com"),
				opened(path, "Host: DOCS.example.com:443"),
				opened(path, "Host: docs.example.com."),
				opened(path, "Host: "+frontHost, "X-Forwarded-Host: docs.example.com"),
				opened(path, "Host: "+frontHost, "X-Original-URL: https://docs.example.com"+path, "X-Original-Host: docs.example.com"),
				opened(path, "Host: "+frontHost, "Forwarded: host=docs.example.com"),
				opened("https://docs.example.com" + path),
				opened("https://docs.example.com"+path, "Host: docs.example.com"),
				opened("https://"+frontHost+path, "Host: docs.example.com"),
				opened("//docs.example.com" + path),
				opened("https://" + frontHost + "@docs.example.com" + path),
			} {
				if answer := f.do(t, fmt.Sprint(kind.name, " other site ", i), request, cookies{}); strings.Contains(answer, "-- the app got --") {
					t.Errorf("the app is asked by\n%s\n\n%s", request, answer)
				}
			}
		})
	}
}
