package app

import (
	"errors"
	"net"
)

// Asked is how it went when the app was to be asked who is signed in.
type Asked string

const (
	askedPerson  Asked = "person"
	askedNobody  Asked = "nobody"
	askedRefused Asked = "refused" // it named a person who cannot be one
	askedStatus  Asked = "status"  // it cannot tell, as its status says: 5xx, 408, 425 or 429
	askedTimeout Asked = "timeout"
	askedFailed  Asked = "error"  // it cannot be reached, or its answer cannot be read
	askedBusy    Asked = "busy"   // it was not asked: too many were asking
	askedPaused  Asked = "paused" // it was not asked: it has failed too often just before
)

// WhoamiOutcomes returns all that there are.
func WhoamiOutcomes() []Asked {
	return []Asked{askedPerson, askedNobody, askedRefused, askedStatus, askedTimeout, askedFailed, askedBusy, askedPaused}
}

// howAsked says how asking went, of which said and err came.
func howAsked(said *Answer, err error) Asked {
	_, status := errors.AsType[*StatusError](err)
	network, _ := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, ErrBusy):
		return askedBusy
	case errors.Is(err, ErrPaused):
		return askedPaused
	case status:
		return askedStatus
	case network != nil && network.Timeout():
		return askedTimeout
	case err != nil:
		return askedFailed
	case said.Refused:
		return askedRefused
	case said.Identity == nil:
		return askedNobody
	}
	return askedPerson
}
