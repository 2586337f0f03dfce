package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/ferngate/ferngate/proxy/metrics"
)

// upstreamErrorOf says how the app failed to answer. Of a TLS handshake's
// time-out, and of HTTP/2, net/http has only the text to tell by.
func upstreamErrorOf(err error) metrics.UpstreamError {
	text, op := err.Error(), ""
	if e, ok := errors.AsType[*net.OpError](err); ok {
		op = e.Op
	}
	network, ok := errors.AsType[net.Error](err)
	slow := ok && network.Timeout()
	switch {
	case slow && (op == "dial" || strings.Contains(text, "TLS handshake timeout")):
		return metrics.DialTimeout
	case slow && op == "write":
		return metrics.SendTimeout
	case slow:
		return metrics.ResponseTimeout
	case isTLS(err):
		return metrics.TLS
	case op == "dial":
		return metrics.Dial
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		strings.Contains(text, "server closed idle connection"),
		strings.Contains(text, "GOAWAY"), strings.Contains(text, "client connection lost"),
		strings.HasPrefix(text, "stream error:") && !strings.Contains(text, "PROTOCOL_ERROR"):
		return metrics.Reset
	}
	return metrics.Protocol
}

// isTLS reports whether a handshake failed.
func isTLS(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	return certificate || alert || noTLS || strings.HasPrefix(err.Error(), "tls: ") || strings.Contains(err.Error(), "remote error: tls: ")
}
