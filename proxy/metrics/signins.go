package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ferngate/ferngate/auth/password"
)

// SignIn is what became of an attempt to sign in here.
type SignIn string

// The values of the label outcome of ferngate_sign_ins_total.
const (
	SignedIn      SignIn = "signed-in"
	SignInWrong   SignIn = "wrong"   // the login or the password
	SignInLimited SignIn = "limited" // too many attempts of this login, or from this address
	SignInBusy    SignIn = "busy"    // too many at the same time
	SignInGone    SignIn = "gone"    // the browser went away
	SignInFailed  SignIn = "error"
)

func newPasswordSignIns(s *Site) Counter[SignIn] {
	return newCounter(s, "ferngate_sign_ins_total", "Attempts to sign in here.", "outcome",
		[]SignIn{SignedIn, SignInWrong, SignInLimited, SignInBusy, SignInGone, SignInFailed}, "method", password.Name)
}

// SignOuts counts people who signed out here.
type SignOuts struct{ vec *prometheus.CounterVec }

func newSignOuts(s *Site) SignOuts {
	return SignOuts{add(s, prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ferngate_sign_outs_total", Help: "People who signed out here.", ConstLabels: s.labels(),
	}, nil))}
}

// Expect is that of Counter.
func (o SignOuts) Expect() { o.vec.WithLabelValues() }

// Add counts one.
func (o SignOuts) Add() { o.vec.WithLabelValues().Inc() }
