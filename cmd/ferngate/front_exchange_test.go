package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// frontHost is the site's host, as browsers know it.
const frontHost = "app.example.com"

// frontClient is the address that browsers have in these tests: another than
// that of the proxies, which is trusted.
const frontClient = "127.0.0.2"

// front is one way to reach the app: ferngate itself, or a proxy that asks it.
type front struct {
	addr   string // where it takes HTTPS
	client *tls.Config
	app    *frontApp
}

// cookies are a browser's, by name.
type cookies map[string]string

// do sends a request as it is written, on a connection of its own, and returns
// what comes of it as text: the answer, and what the app got. step is another
// one each time. Cookies go along, and are set by the answer.
//
// A request is "METHOD target", headers, and after an empty line a body.
func (f *front) do(t *testing.T, step, request string, jar cookies) string {
	t.Helper()
	text, err := f.try(t.Context(), step, request, jar)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	return text
}

// try is do for a goroutine that is not the test's own.
func (f *front) try(ctx context.Context, step, request string, jar cookies) (string, error) {
	dialer := tls.Dialer{Config: f.client, NetDialer: &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(frontClient)}}}
	conn, err := dialer.DialContext(ctx, "tcp", f.addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, onTheWire(step, request, jar)); err != nil {
		return "", err
	}
	method, _, _ := strings.Cut(request, " ")
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var body []byte
	if res.StatusCode == http.StatusSwitchingProtocols {
		body, err = echo(conn, r)
	} else {
		body, err = io.ReadAll(res.Body)
	}
	if err != nil {
		return "", err
	}
	jar.take(res.Cookies())
	text := answerText(res, body)
	for _, got := range f.app.got(step) {
		text += "\n-- the app got --\n" + got
	}
	return text, nil
}

func onTheWire(step, request string, jar cookies) string {
	head, body, _ := strings.Cut(request, "\n\n")
	first, headers, _ := strings.Cut(head, "\n")
	lines := []string{first + " HTTP/1.1", "Host: " + frontHost, caseHeader + ": " + step}
	if strings.Contains("\n"+headers, "\nHost: ") {
		lines = slices.Delete(lines, 1, 2)
	}
	if headers != "" {
		lines = append(lines, strings.Split(headers, "\n")...)
	}
	var pairs []string
	for name, value := range jar {
		pairs = append(pairs, name+"="+value)
	}
	if slices.Sort(pairs); len(pairs) > 0 {
		lines = append(lines, "Cookie: "+strings.Join(pairs, "; "))
	}
	if body != "" && !strings.Contains(headers, "Transfer-Encoding") {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

func (jar cookies) take(set []*http.Cookie) {
	for _, c := range set {
		if c.MaxAge < 0 {
			delete(jar, c.Name)
		} else {
			jar[c.Name] = c.Value
		}
	}
}

// echo says "hi" on a websocket, and returns what comes back.
func echo(conn io.Writer, r io.Reader) ([]byte, error) {
	if _, err := conn.Write([]byte("\x81\x82\x00\x00\x00\x00hi")); err != nil { // RFC 6455, section 5.2: one text frame, with a mask of nothing
		return nil, err
	}
	frame := make([]byte, len("\x81\x02hi"))
	_, err := io.ReadFull(r, frame)
	return frame[2:], err
}

// ofEveryServer are headers of an answer that each server makes as it likes.
var ofEveryServer = []string{"Connection", "Keep-Alive", "Date", "Server", "Via", "Alt-Svc", "Content-Length", "Sec-Websocket-Accept"}

func answerText(res *http.Response, body []byte) string {
	var lines []string
	for name, values := range res.Header {
		if slices.Contains(ofEveryServer, name) {
			continue
		}
		for _, value := range values {
			lines = append(lines, name+": "+value)
		}
	}
	slices.Sort(lines)
	text := fmt.Sprintf("%d\n%s\n\n%s", res.StatusCode, strings.Join(lines, "\n"), body)
	if res.Header.Get("Content-Type") == "application/jwt" || bytes.Count(body, []byte(".")) == 2 && bytes.HasPrefix(body, []byte("eyJ")) {
		text = fmt.Sprintf("%d\n%s\n\n%s", res.StatusCode, strings.Join(lines, "\n"), claimsText(body))
	}
	return ofOneAnswer.ReplaceAllString(text, "${1}…")
}

// ofOneAnswer is what differs between any two answers: request ids, and what is sealed in a cookie.
var ofOneAnswer = regexp.MustCompile(`((?:__Host-)?ferngate=|"request_id":"|X-Request-Id: |Request id: <code>|"until":)[^;"<}\n]+`)

// claimsText is a token's claims but for its times and its number, or what is wrong with it.
func claimsText(token []byte) string {
	claims := jwt.MapClaims{}
	key := func(*jwt.Token) (any, error) { return []byte(gateSecret), nil }
	if _, err := jwt.ParseWithClaims(string(token), claims, key, jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired()); err != nil {
		return err.Error()
	}
	for _, name := range []string{"exp", "iat", "nbf", "jti"} {
		delete(claims, name)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		return err.Error()
	}
	return "a token: " + string(text)
}
