package countersign

import "time"

// Retention is for how long an installation keeps the data of people, and on
// which legal basis. Both are its operator's to say.
type Retention struct {
	Years int // after the last day; 0 while nobody has said
	Basis string
}

// Erasure is where somebody stands who may be erased.
type Erasure struct {
	Person    PersonID
	Name      string
	Email     string
	Open      int  // apprenticeships that haven't ended
	Roles     int  // held today, but that of an apprentice
	Judged    int  // records of others, that are kept, in which their name stands
	LastDay   Date // of the last apprenticeship or role; zero if there never was one
	AskedAt   time.Time
	AskedWhy  string
	RefusedAt time.Time // after they asked
	ErasedAt  time.Time
	NamedIn   []ReceivedID // portfolios of others, received from elsewhere, that hold their name or address
}

// Asked reports whether somebody asked to be erased and waits for the answer.
func (e Erasure) Asked() bool { return !e.AskedAt.IsZero() && e.RefusedAt.Before(e.AskedAt) }

// DueOn returns the day from which the data isn't kept any more; zero if that
// can't be said.
func (e Erasure) DueOn(r Retention) Date {
	if r.Years == 0 || e.LastDay.IsZero() || e.Open > 0 || e.Roles > 0 {
		return Date{}
	}
	return e.LastDay.AddMonths(12 * r.Years).AddDays(1)
}

// Due reports whether the retention period is over.
func (e Erasure) Due(r Retention, today Date) bool {
	due := e.DueOn(r)
	return !due.IsZero() && !due.After(today)
}

// Check refuses to erase somebody whose data is needed, or whose retention
// period isn't over and who hasn't asked.
func (e Erasure) Check(r Retention, today Date) error {
	switch {
	case !e.ErasedAt.IsZero():
		return Refuse(Conflict, "This person has been erased already")
	case e.Open > 0:
		return Refuse(Conflict, "This person has an apprenticeship that has not ended")
	case e.Roles > 0:
		return Refuse(Conflict, "This person holds a role today. End it first")
	case e.Judged > 0:
		return Refuse(Conflict, "This person’s name stands in what they decided in records of others that are kept. It goes with those records")
	case !e.Asked() && !e.Due(r, today):
		return Refuse(Conflict, "This person has not asked, and the retention period is not over")
	}
	return nil
}
