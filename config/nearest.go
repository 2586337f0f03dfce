package config

import "unicode/utf8"

// Nearest returns the word that a misspelt one most likely means: the one with
// the fewest changed characters, when those are at most a third of the word.
func Nearest(misspelt string, words []string) (string, bool) {
	best, least := "", len(misspelt)/3+1
	length := utf8.RuneCountInString(misspelt)
	for _, w := range words {
		if n := utf8.RuneCountInString(w); n-length > least || length-n > least {
			continue // at least so many characters are changed
		}
		if d := distance(misspelt, w); d <= least && (best == "" || d < least) {
			best, least = w, d
		}
	}
	return best, best != ""
}

// distance counts the single-character insertions, deletions, replacements and
// swaps of neighbours that turn a into b (the optimal string alignment distance).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(x)][len(y)]
}
