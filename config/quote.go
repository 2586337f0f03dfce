package config

import (
	"strconv"
	"strings"
)

// maxShown is the most characters of a value that a message repeats.
const maxShown = 60

// shorten cuts a value to what a message may repeat of it; the credentials of a URL are never repeated.
func shorten(s string) string {
	s = credentials.ReplaceAllString(s, "//"+hidden+"@")
	if text := []rune(s); len(text) > maxShown {
		return string(text[:maxShown]) + hidden
	}
	return s
}

// quoted is a value as messages show it, safe to print on a terminal.
func quoted(s string) string { return strconv.QuoteToGraphic(shorten(s)) }

// listed joins words as a sentence does: a, b or c.
func listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
