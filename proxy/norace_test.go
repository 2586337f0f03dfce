//go:build !race

package proxy

// raceDetector tells whether the tests run under it.
const raceDetector = false
