package proxy

// untilNone lets others wait until there are none of something. Whoever counts
// them guards it.
type untilNone struct {
	none chan struct{} // nil while nobody waits
}

// wait returns what is closed once there are none; now there are so many.
func (u *untilNone) wait(left int) <-chan struct{} {
	if u.none == nil {
		u.none = make(chan struct{})
	}
	none := u.none
	u.note(left)
	return none
}

// note says how many are left.
func (u *untilNone) note(left int) {
	if left == 0 && u.none != nil {
		close(u.none)
		u.none = nil
	}
}
