package countersign

import "time"

// SavedView is a way to look at the list of apprentices that somebody keeps for
// themselves: what it is narrowed down to, its order and its columns.
type SavedView struct {
	ID    SavedViewID
	Name  string
	Query string // of the list's address, in its canonical form
	At    time.Time
}

// MaxSavedViews is how many somebody can keep.
const MaxSavedViews = 50
