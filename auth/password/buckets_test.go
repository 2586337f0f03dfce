package password

import (
	"testing"
	"time"
)

// consistent checks that the three views of the buckets agree.
func consistent(t *testing.T, bs *buckets) {
	t.Helper()
	if len(bs.byKey) > bs.limit || len(bs.byFull) != len(bs.byKey) || bs.byAge.Len() != len(bs.byKey) {
		t.Fatalf("%d keys, %d in the heap, %d in the list, limit %d", len(bs.byKey), len(bs.byFull), bs.byAge.Len(), bs.limit)
	}
	for i, b := range bs.byFull {
		if b.heap != i || bs.byKey[b.key] != b {
			t.Fatalf("bucket %d is out of place", b.key)
		}
	}
}

func TestBucketsAreBounded(t *testing.T) {
	bs := newBuckets(5, time.Second, 100)
	now := time.Unix(0, 0)
	for key := range uint64(10_000) {
		bs.take(key, now)
		if key%7 == 0 {
			bs.giveBack(key, now)
		}
		now = now.Add(time.Millisecond)
		consistent(t, bs)
	}
	if len(bs.byKey) != 100 {
		t.Errorf("%d buckets", len(bs.byKey))
	}
}

func TestFullBucketsMakeRoomFirst(t *testing.T) {
	bs := newBuckets(5, time.Second, 3)
	now := time.Unix(0, 0)
	for range 5 {
		bs.take(1, now) // the oldest, but far from full
	}
	bs.take(2, now)
	bs.take(3, now)
	now = now.Add(time.Second) // 2 and 3 are full again
	bs.take(4, now)
	bs.take(5, now)
	consistent(t, bs)
	if _, kept := bs.byKey[1]; !kept {
		t.Error("a bucket that was full again stayed, and one with failures went")
	}
	bs.take(6, now) // none is full: now the oldest goes
	consistent(t, bs)
	if _, kept := bs.byKey[1]; kept || len(bs.byKey) != 3 {
		t.Error("the oldest stayed")
	}
	bs.giveBack(1, now) // whose bucket is gone
	consistent(t, bs)
}
