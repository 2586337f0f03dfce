package inject

// Reason is why a document is left as it is, a word for logs and metrics.
type Reason string

// Error implements error.
func (r Reason) Error() string { return string(r) }

// The reasons that lie in a document itself.
const (
	Charset    Reason = "charset"     // a charset in which a tag is not written as in ASCII
	Encoding   Reason = "encoding"    // a Content-Encoding that is not known, or several
	Malformed  Reason = "malformed"   // the content is not in the encoding that it is said to be in
	NoDocument Reason = "no-document" // a fragment, or no HTML at all
	NoPlace    Reason = "no-place"    // no place for the element within the first 16 KiB
	Frameset   Reason = "frameset"    // a document of frames has no body to show anything in
	AMP        Reason = "amp"         // which allows no scripts but its own
	OptedOut   Reason = "opted-out"   // <meta name="ferngate" content="off">
	OwnSDK     Reason = "own-sdk"     // the page loads the Ferndesk SDK itself
	BrokenOff  Reason = "broken-off"  // the app's answer ended before its place
)
