//go:build race

package proxy

// raceDetector tells whether the tests run under it, where all is several times
// slower.
const raceDetector = true
