package password

import (
	"container/heap"
	"container/list"
	"time"
)

// buckets are token buckets by key, of which at most a fixed number is kept.
// A bucket is one time, the one at which it is full again (the generic cell
// rate algorithm): taking a token moves it later by every, giving one back
// moves it earlier. rate.Limiter is not used since it takes no token back.
type buckets struct {
	burst int           // tokens in a full bucket
	every time.Duration // how long one token takes to come back
	limit int           // the most buckets kept

	byKey  map[uint64]*bucket
	byFull fullFirst  // the one that is full soonest on top
	byAge  *list.List // of *bucket, the one taken from longest ago in front
}

// bucket is one key's tokens. A key without a bucket has all of its tokens.
type bucket struct {
	key  uint64
	full time.Time
	heap int           // index in byFull
	age  *list.Element // in byAge
}

func newBuckets(burst int, every time.Duration, limit int) *buckets {
	return &buckets{burst: burst, every: every, limit: limit, byKey: map[uint64]*bucket{}, byAge: list.New()}
}

// wait returns how long from now until key has a token; not positive when it has one.
func (bs *buckets) wait(key uint64, now time.Time) time.Duration {
	b, ok := bs.byKey[key]
	if !ok {
		return 0
	}
	return b.full.Sub(now) - time.Duration(bs.burst-1)*bs.every
}

// take takes a token of key, which must have one by wait.
func (bs *buckets) take(key uint64, now time.Time) {
	b, ok := bs.byKey[key]
	if !ok {
		if len(bs.byKey) >= bs.limit {
			bs.evict(now)
		}
		b = &bucket{key: key, full: now}
		b.age = bs.byAge.PushBack(b)
		heap.Push(&bs.byFull, b)
		bs.byKey[key] = b
	}
	if b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(bs.every)
	heap.Fix(&bs.byFull, b.heap)
	bs.byAge.MoveToBack(b.age)
}

// giveBack undoes one take of key.
func (bs *buckets) giveBack(key uint64, now time.Time) {
	b, ok := bs.byKey[key]
	if !ok {
		return
	}
	b.full = b.full.Add(-bs.every)
	heap.Fix(&bs.byFull, b.heap)
	if !b.full.After(now) {
		bs.remove(b)
	}
}

// evict makes room for one bucket: one that is full again holds nothing worth
// keeping; else the oldest goes, so that pushing a key out takes as many
// attempts as there are buckets.
func (bs *buckets) evict(now time.Time) {
	if b := bs.byFull[0]; !b.full.After(now) {
		bs.remove(b)
		return
	}
	bs.remove(bs.byAge.Front().Value.(*bucket))
}

func (bs *buckets) remove(b *bucket) {
	heap.Remove(&bs.byFull, b.heap)
	bs.byAge.Remove(b.age)
	delete(bs.byKey, b.key)
}

// fullFirst is a heap of buckets for container/heap.
type fullFirst []*bucket

func (f fullFirst) Len() int           { return len(f) }
func (f fullFirst) Less(i, j int) bool { return f[i].full.Before(f[j].full) }

func (f fullFirst) Swap(i, j int) {
	f[i], f[j] = f[j], f[i]
	f[i].heap, f[j].heap = i, j
}

func (f *fullFirst) Push(x any) {
	b := x.(*bucket)
	b.heap = len(*f)
	*f = append(*f, b)
}

func (f *fullFirst) Pop() any {
	last := len(*f) - 1
	b := (*f)[last]
	(*f)[last] = nil
	*f = (*f)[:last]
	return b
}
