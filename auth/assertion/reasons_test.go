package assertion

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

func TestReasons_EachOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, logs := observer.New(zap.DebugLevel)
		r := &reasons{log: zap.New(core)}
		for range 120 { // a second each
			r.say("one")
			r.say("two")
			time.Sleep(time.Second)
		}
		if n := logs.FilterField(zap.String("reason", "one")).Len(); n != 2 || logs.Len() != 4 || logs.All()[0].Level != zap.InfoLevel {
			t.Errorf("%d of one, %d in all", n, logs.Len())
		}
		for n := range 10_000 {
			r.say(fmt.Sprint(n))
		}
		if n := len(r.said); n > maxReasons {
			t.Errorf("%d reasons are remembered", n)
		}
	})
}
