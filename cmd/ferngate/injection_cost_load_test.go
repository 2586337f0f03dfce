package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load sends the requests of a round, all clients at once, and returns how many bytes of body came.
func (c *costTarget) load(t *testing.T, path string) int64 {
	t.Helper()
	var got atomic.Int64
	var group sync.WaitGroup
	for range costClients {
		client := c.dial(t)
		group.Go(func() {
			defer client.Close()
			for range costRequests / costClients {
				if _, err := client.get(path, time.Now(), 0); err != nil {
					t.Errorf("%s: %v", c.name, err)
					return
				}
			}
			got.Add(client.got)
		})
	}
	group.Wait()
	return got.Load()
}

// costClient asks for pages as a browser does, on one connection.
type costClient struct {
	net.Conn
	in  *bufio.Reader
	got int64
}

func (c *costTarget) dial(t *testing.T) *costClient {
	t.Helper()
	conn, err := net.Dial("tcp", c.addr)
	if err != nil {
		t.Fatal(err)
	}
	return &costClient{Conn: conn, in: bufio.NewReader(conn)}
}

// get reads a page, with a pause after every 64 KB, and returns how long its
// first byte took.
func (c *costClient) get(path string, start time.Time, pause time.Duration) (time.Duration, error) {
	_ = c.SetDeadline(start.Add(2 * patience))
	if _, err := io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: help.app.test\r\nAccept: text/html\r\nAccept-Encoding: gzip, br\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n"); err != nil {
		return 0, err
	}
	if _, err := c.in.Peek(1); err != nil {
		return 0, err
	}
	wait := time.Since(start)
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %s", path, res.Status)
	}
	for {
		n, err := io.CopyN(io.Discard, res.Body, 64<<10)
		c.got += n
		if err == io.EOF {
			return wait, nil
		}
		if err != nil {
			return 0, err
		}
		time.Sleep(pause)
	}
}
