package main

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// listen opens a listener; its errors name the key to change.
func listen(key, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, &listenError{key, addr, err}
	}
	return l, nil
}

// listenError is an address that cannot be listened at, and what says so.
type listenError struct {
	key, addr string
	err       error
}

// Error implements error.
func (e *listenError) Error() string {
	switch {
	case errors.Is(e.err, syscall.EADDRINUSE):
		return fmt.Sprintf("%s: %s is in use: stop the program that has it, or choose another port", e.key, e.addr)
	case errors.Is(e.err, syscall.EACCES):
		return fmt.Sprintf("%s: %s is not allowed: ports below 1024 need the capability CAP_NET_BIND_SERVICE, or choose another port", e.key, e.addr)
	case errors.Is(e.err, syscall.EADDRNOTAVAIL):
		return fmt.Sprintf("%s: %s is no address of this machine: write one that it has, or leave the host out for all of them", e.key, e.addr)
	}
	if _, unknown := errors.AsType[*net.DNSError](e.err); unknown {
		return fmt.Sprintf("%s: %s has a host name that leads nowhere: write an address of this machine, or leave the host out for all of them", e.key, e.addr)
	}
	return fmt.Sprintf("%s: %s cannot be listened at (%v): write another address", e.key, e.addr, e.err)
}

// Unwrap returns the system's error.
func (e *listenError) Unwrap() error { return e.err }
