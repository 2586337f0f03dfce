package proxy

import (
	"encoding/base32"
	"encoding/binary"
	"math/rand/v2"
)

var requestIDs = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newRequestID is unique among all replicas for all practical purposes. It is
// no secret, so the fast generator does.
func newRequestID() string {
	var b [10]byte
	binary.BigEndian.PutUint64(b[:8], rand.Uint64())
	binary.BigEndian.PutUint16(b[8:], uint16(rand.Uint32()))
	return requestIDs.EncodeToString(b[:])
}
