package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// However many headers a request has, and however long they are, whoever is
// in front lives on, and asks about it or refuses it.
func TestFronts_ManyHeaders(t *testing.T) {
	for _, kind := range frontKinds {
		t.Run(kind.name, func(t *testing.T) {
			s := newFronts(t, frontConfig, answerByPath)
			f := s.at(kind.start(t, s, s.behind(t, kind)))
			try := func(what string, headers []string) {
				t.Helper()
				answer, err := f.try(t.Context(), kind.name+" "+what, opened("/private/page", headers...), cookies{})
				if strings.HasPrefix(answer, "2") || strings.Contains(answer, "-- the app got --") {
					t.Errorf("%s: the app is asked (%v):\n%s", what, err, answer) // err may be that the front hung up
				}
				if answer, err := f.try(t.Context(), kind.name+" after "+what, opened("/open/page"), cookies{}); !strings.HasPrefix(answer, "200\n") {
					t.Fatalf("after %s: %v\n%s", what, err, answer)
				}
			}
			for _, n := range []int{50, 64, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 200} { // some have room for about a hundred
				var headers []string
				for i := range n {
					headers = append(headers, fmt.Sprintf("X-%d: x", i))
				}
				try(fmt.Sprint(n, " headers"), headers)
				try(fmt.Sprint(n, " headers of one name"), slices.Repeat([]string{"Cookie: x=y"}, n))
			}
			for n := 4000; n <= 20000; n += 4000 {
				try(fmt.Sprint(n, " bytes"), []string{"X-Large: " + strings.Repeat("x", n)})
				var headers []string
				for i := range 50 {
					headers = append(headers, fmt.Sprintf("X-%d: %s", i, strings.Repeat("x", n/50)))
				}
				try(fmt.Sprint(n, " bytes in 50 headers"), headers)
			}
		})
	}
}
