package visit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxCookieLine bounds a line of a cookie file, in bytes.
const maxCookieLine = 64 << 10

// errCookieLine is what a line that is no cookie is refused with.
var errCookieLine = errors.New("is no line of a cookie file: want domain, subdomains, path, secure, expiry, name and value, with tabs between")

// ReadCookieFile reads Netscape's format, in which curl keeps its cookies and
// browsers' extensions export them. The error names the line, and nothing of it.
func ReadCookieFile(r io.Reader) (*Jar, error) {
	var j Jar
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxCookieLine)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSuffix(lines.Text(), "\r")
		line, httpOnly := strings.CutPrefix(line, "#HttpOnly_") // curl's mark
		if !httpOnly && strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		c, err := readCookieLine(line)
		if err != nil {
			return nil, fmt.Errorf("line %d %w", n, err)
		}
		j.set(c)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return &j, nil
}

func readCookieLine(line string) (Cookie, error) {
	fields := strings.Split(line, "\t")
	if len(fields) == 6 {
		fields = append(fields, "") // without a value, some leave the last tab out
	}
	if len(fields) != 7 || fields[0] == "" || !strings.HasPrefix(fields[2], "/") || fields[5] == "" {
		return Cookie{}, errCookieLine
	}
	expiry, err := strconv.ParseInt(fields[4], 10, 64)
	if err != nil {
		return Cookie{}, errCookieLine
	}
	c := Cookie{
		Name: fields[5], Value: fields[6],
		Host:       strings.ToLower(strings.TrimPrefix(fields[0], ".")),
		Subdomains: strings.EqualFold(fields[1], "TRUE"),
		Path:       fields[2],
	}
	if expiry > 0 { // 0 is until the browser is closed
		c.Expires = time.Unix(expiry, 0)
	}
	return c, nil
}
