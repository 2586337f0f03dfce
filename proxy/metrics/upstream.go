package metrics

// UpstreamError is how an app failed to answer.
type UpstreamError string

// The values of the label kind.
const (
	Dial            UpstreamError = "dial"             // it cannot be connected to
	DialTimeout     UpstreamError = "dial-timeout"     // nor refuses: timeouts.dial
	TLS             UpstreamError = "tls"              // no handshake, or not its certificate
	SendTimeout     UpstreamError = "send-timeout"     // it does not take the request in: timeouts.send
	ResponseTimeout UpstreamError = "response-timeout" // no answer: timeouts.response_header
	Reset           UpstreamError = "reset"            // it ended the connection without an answer
	Protocol        UpstreamError = "protocol"         // its answer is malformed
	BrokenOff       UpstreamError = "broken-off"       // it ended the connection within its answer
)

func newUpstreamErrors(s *Site) Counter[UpstreamError] {
	c := newCounter(s, "ferngate_upstream_errors_total", "Requests that the app did not answer, or not to the end.",
		"kind", []UpstreamError{Dial, DialTimeout, TLS, SendTimeout, ResponseTimeout, Reset, Protocol, BrokenOff})
	c.Expect() // of every site
	return c
}
