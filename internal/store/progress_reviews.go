package store

import (
	"fmt"
	"time"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// progressReviewRow is a row of progress_reviews; from the first signature on
// a trigger keeps what it says.
type progressReviewRow struct {
	ID               string
	ApprenticeshipID string
	Number           int
	State            string
	FrameworkID      string
	FrameworkVersion string
	SinceOn          dbDate
	DueOn            dbDate
	HeldOn           dbDate
	Facts            dbJSON[reviewFacts]
	Ratings          dbJSON[[]countersign.DomainRating]
	Notes            dbJSON[map[countersign.ReviewParty]string]
	Actions          dbJSON[[]reviewAction]
	PreparedBy       string
	PreparedByName   string
	PreparedAt       dbTime
	LockedAt         dbTime
	Version          int
}

// TableName implements GORM's Tabler.
func (progressReviewRow) TableName() string { return "progress_reviews" }

const progressReviewColumns = `r.id, r.apprenticeship_id, r.number, r.state, r.framework_id, r.framework_version, r.since_on, r.due_on, r.held_on,
	r.facts, r.ratings, r.notes, r.actions, r.prepared_by, r.prepared_by_name, r.prepared_at, r.locked_at, r.version`

// reviewFacts and reviewAction are written with their days as text.
type reviewFacts struct {
	Submitted    int
	Accepted     int
	SignedOff    []string
	Progress     countersign.Progress
	PlannedEndOn string
	Hours        *countersign.ReviewHours `json:",omitempty"`
}

type reviewAction struct {
	Text   string
	Owner  countersign.ReviewParty
	DueOn  string
	DoneOn string
	From   int
}

// day reads a day as it was written; what isn't one is none.
func day(s string) countersign.Date {
	d, _ := countersign.ParseDate(s)
	return d
}

func progressReviewRowOf(r countersign.ProgressReview) progressReviewRow {
	f := r.Facts
	row := progressReviewRow{
		ID: string(r.ID), ApprenticeshipID: string(r.Apprenticeship), Number: r.Number, State: string(r.State),
		FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion,
		SinceOn: dbDate{r.Since}, DueOn: dbDate{r.DueOn}, HeldOn: dbDate{r.HeldOn},
		Facts:      dbJSON[reviewFacts]{reviewFacts{f.Submitted, f.Accepted, f.SignedOff, f.Progress, f.PlannedEndOn.String(), f.Hours}},
		Ratings:    dbJSON[[]countersign.DomainRating]{r.Ratings},
		Notes:      dbJSON[map[countersign.ReviewParty]string]{r.Notes},
		PreparedBy: string(r.PreparedBy), PreparedByName: r.PreparedByName, PreparedAt: dbTime{r.PreparedAt}, LockedAt: dbTime{r.LockedAt}, Version: r.Version,
	}
	for _, a := range r.Actions {
		row.Actions.V = append(row.Actions.V, reviewAction{a.Text, a.Owner, a.DueOn.String(), a.DoneOn.String(), a.From})
	}
	return row
}

func (r progressReviewRow) toDomain() countersign.ProgressReview {
	f := r.Facts.V
	out := countersign.ProgressReview{
		ID: countersign.ProgressReviewID(r.ID), Apprenticeship: countersign.ApprenticeshipID(r.ApprenticeshipID), Number: r.Number,
		State: countersign.ProgressReviewState(r.State), FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion,
		Since: r.SinceOn.Date, DueOn: r.DueOn.Date, HeldOn: r.HeldOn.Date,
		Facts:   countersign.ReviewFacts{Submitted: f.Submitted, Accepted: f.Accepted, SignedOff: f.SignedOff, Progress: f.Progress, PlannedEndOn: day(f.PlannedEndOn), Hours: f.Hours},
		Ratings: r.Ratings.V, Notes: r.Notes.V, PreparedBy: countersign.PersonID(r.PreparedBy), PreparedByName: r.PreparedByName,
		PreparedAt: r.PreparedAt.Time, LockedAt: r.LockedAt.Time, Version: r.Version,
	}
	for _, a := range r.Actions.V {
		out.Actions = append(out.Actions, countersign.ReviewAction{Text: a.Text, Owner: a.Owner, DueOn: day(a.DueOn), DoneOn: day(a.DoneOn), From: a.From})
	}
	return out
}

// reviewSignatureRow is a row of progress_review_signatures.
type reviewSignatureRow struct {
	ReviewID      string
	Party         string
	PersonID      string
	PersonName    string
	Role          string
	Remark        string
	ContentSha256 string
	At            dbTime
}

// TableName implements GORM's Tabler.
func (reviewSignatureRow) TableName() string { return "progress_review_signatures" }

const reviewSignatureColumns = "s.review_id, s.party, s.person_id, s.person_name, s.role, s.remark, s.content_sha256, s.at"

var (
	progressReviewWriters = []authz.Action{authz.PrepareReview, authz.TakePartInReview}
	progressReviewReaders = append([]authz.Action{authz.ReadProgramme, authz.ReadGateway, authz.SubmitPortfolio}, progressReviewWriters...)
)

// ProgressReviews returns the reviews of the permit's apprenticeship with
// their signatures, the first one first.
func (tx *Tx) ProgressReviews(p authz.Permit) ([]countersign.ProgressReview, error) {
	id, err := beneath(p, progressReviewReaders...)
	if err != nil {
		return nil, fmt.Errorf("store: progress reviews: %w", err)
	}
	rows, err := all[progressReviewRow](tx, "SELECT "+progressReviewColumns+" FROM progress_reviews r WHERE apprenticeship_id = ? ORDER BY number", id)
	if err != nil {
		return nil, fmt.Errorf("store: progress reviews: %w", err)
	}
	signatures, err := all[reviewSignatureRow](tx, "SELECT "+reviewSignatureColumns+` FROM progress_review_signatures s JOIN progress_reviews r ON r.id = s.review_id
		WHERE r.apprenticeship_id = ? ORDER BY s.at, s.party`, id)
	if err != nil {
		return nil, fmt.Errorf("store: progress reviews: %w", err)
	}
	out := make([]countersign.ProgressReview, len(rows))
	for i, r := range rows {
		out[i] = r.toDomain()
		for _, s := range signatures {
			if s.ReviewID == r.ID {
				out[i].Signatures = append(out[i].Signatures, countersign.ReviewSignature{
					Party: countersign.ReviewParty(s.Party), Person: countersign.PersonID(s.PersonID), PersonName: s.PersonName,
					Role: countersign.NamingRole(s.Role), Remark: s.Remark, SHA256: s.ContentSha256, At: s.At.Time,
				})
			}
		}
	}
	return out, nil
}

// AddProgressReview adds the next review of the permit's apprenticeship. It is
// a Conflict if somebody else has just prepared it.
func (tx *Tx) AddProgressReview(p authz.Permit, r countersign.ProgressReview) error {
	id, err := beneath(p, authz.PrepareReview)
	if err != nil {
		return fmt.Errorf("store: add progress review: %w", err)
	}
	r.ID, r.Apprenticeship, r.Version = countersign.ProgressReviewID(tx.NewID()), countersign.ApprenticeshipID(id), 1
	row := progressReviewRowOf(r)
	if err := tx.insert(&row); err != nil {
		return fmt.Errorf("store: add progress review: %w", err)
	}
	return nil
}

// ChangeProgressReview replaces what a review says. It is a Conflict unless
// the review is still at that version.
func (tx *Tx) ChangeProgressReview(p authz.Permit, r countersign.ProgressReview, version int) error {
	id, err := beneath(p, progressReviewWriters...)
	if err != nil {
		return fmt.Errorf("store: change progress review: %w", err)
	}
	row := progressReviewRowOf(r)
	changed, err := tx.update("progress_reviews", map[string]any{
		"due_on": row.DueOn, "held_on": row.HeldOn, "facts": row.Facts, "ratings": row.Ratings, "notes": row.Notes, "actions": row.Actions,
		"prepared_by": row.PreparedBy, "prepared_by_name": row.PreparedByName, "prepared_at": row.PreparedAt, "version": version + 1,
	}, "id = ? AND apprenticeship_id = ? AND version = ? AND state = 'prepared'", row.ID, id, version)
	if err == nil && changed == 0 {
		err = stale()
	}
	if err != nil {
		return fmt.Errorf("store: change progress review: %w", err)
	}
	return nil
}

// SignProgressReview adds a signature and moves the review on.
func (tx *Tx) SignProgressReview(p authz.Permit, r countersign.ProgressReview, s countersign.ReviewSignature) error {
	id, err := beneath(p, authz.TakePartInReview)
	if err != nil {
		return fmt.Errorf("store: sign progress review: %w", err)
	}
	changed, err := tx.update("progress_reviews", map[string]any{"state": string(r.State), "locked_at": dbTime{r.LockedAt}, "version": r.Version + 1},
		"id = ? AND apprenticeship_id = ? AND version = ?", string(r.ID), id, r.Version)
	if err == nil && changed == 0 {
		err = stale()
	}
	if err == nil {
		err = tx.insert(&reviewSignatureRow{string(r.ID), string(s.Party), string(p.Actor().ID()), p.Actor().Name(), string(s.Role), s.Remark, s.SHA256, dbTime{s.At}})
	}
	if err != nil {
		return fmt.Errorf("store: sign progress review: %w", err)
	}
	return nil
}

// EvidenceSince counts the pieces that were last submitted, and those that
// were accepted, from that moment on.
func (tx *Tx) EvidenceSince(p authz.Permit, since time.Time) (submitted, accepted int, err error) {
	id, err := beneath(p, authz.PrepareReview)
	if err != nil {
		return 0, 0, fmt.Errorf("store: evidence since: %w", err)
	}
	r, err := one[struct{ Submitted, Accepted int }](tx, `SELECT
			COALESCE(SUM(CASE WHEN submitted_at >= ? THEN 1 ELSE 0 END), 0) AS submitted,
			COALESCE(SUM(CASE WHEN state = 'accepted' AND decided_at >= ? THEN 1 ELSE 0 END), 0) AS accepted
		FROM evidence WHERE apprenticeship_id = ? AND state <> 'withdrawn'`, dbTime{since}, dbTime{since}, id)
	if err != nil {
		return 0, 0, fmt.Errorf("store: evidence since: %w", err)
	}
	return r.Submitted, r.Accepted, nil
}

// ReviewClock is what the day of an apprenticeship's next review follows from.
type ReviewClock struct {
	Apprenticeship countersign.Apprenticeship // identity, names, framework, dates and state
	Last           countersign.Date           // of the last review that all three have signed; zero for none
	Prepared       int                        // number of a review that is under way; 0 for none
	Changes        []countersign.Change       // that begin and end times away
}

// ReviewClocks returns that of the apprenticeships at work within the scope;
// of those alone, if any are named.
func (tx *Tx) ReviewClocks(scope authz.Scope, only ...countersign.ApprenticeshipID) ([]ReviewClock, error) {
	within, args := tx.inScope(scope)
	if len(only) > 0 {
		ids := make([]string, len(only))
		for i, id := range only {
			ids[i] = string(id)
		}
		within, args = within+" AND a.id IN ?", append(args, ids)
	}
	rows, err := all[struct {
		ID, ApprenticeID, ApprenticeName, PracticeName, FrameworkID, FrameworkVersion, State string
		StartOn, PlannedEndOn, LastOn                                                        dbDate
		Prepared                                                                             int
	}](tx, `SELECT a.id, a.apprentice_id, p.name AS apprentice_name, o.name AS practice_name, a.framework_id, a.framework_version, a.state, a.start_on, a.planned_end_on,
			(SELECT max(r.held_on) FROM progress_reviews r WHERE r.apprenticeship_id = a.id AND r.state = 'locked') AS last_on,
			COALESCE((SELECT max(r.number) FROM progress_reviews r WHERE r.apprenticeship_id = a.id AND r.state <> 'locked'), 0) AS prepared
		FROM apprenticeships a JOIN people p ON p.id = a.apprentice_id JOIN organisations o ON o.id = a.practice_id
		WHERE `+underWay+` AND `+within+" ORDER BY a.id", args...)
	if err != nil {
		return nil, fmt.Errorf("store: review clocks: %w", err)
	}
	away, err := all[struct {
		ApprenticeshipID, Event string
		EffectiveOn             dbDate
	}](tx, `SELECT c.apprenticeship_id, c.event, c.effective_on FROM programme_changes c JOIN apprenticeships a ON a.id = c.apprenticeship_id
		WHERE c.event IN ('begin_break', 'return', 'withdraw', 'restart') AND `+underWay+` AND `+within+" ORDER BY c.at, c.id", args...)
	if err != nil {
		return nil, fmt.Errorf("store: review clocks: %w", err)
	}
	changes := map[string][]countersign.Change{}
	for _, c := range away {
		changes[c.ApprenticeshipID] = append(changes[c.ApprenticeshipID], countersign.Change{Event: countersign.ApprenticeshipEvent(c.Event), On: c.EffectiveOn.Date})
	}
	out := make([]ReviewClock, len(rows))
	for i, r := range rows {
		out[i] = ReviewClock{
			Apprenticeship: countersign.Apprenticeship{
				ID: countersign.ApprenticeshipID(r.ID), Apprentice: countersign.PersonID(r.ApprenticeID), ApprenticeName: r.ApprenticeName, PracticeName: r.PracticeName,
				FrameworkID: r.FrameworkID, FrameworkVersion: r.FrameworkVersion, State: countersign.ApprenticeshipState(r.State),
				StartOn: r.StartOn.Date, PlannedEndOn: r.PlannedEndOn.Date,
			},
			Last: r.LastOn.Date, Prepared: r.Prepared, Changes: changes[r.ID],
		}
	}
	return out, nil
}

// LeadsOf returns who leads the training hub of the permit's apprenticeship
// today.
func (tx *Tx) LeadsOf(p authz.Permit) ([]countersign.PersonID, error) {
	id, err := beneath(p, authz.WriteLetter)
	if err != nil {
		return nil, fmt.Errorf("store: leads: %w", err)
	}
	leads, err := all[string](tx, `SELECT DISTINCT m.person_id FROM memberships m
		JOIN organisation_ancestors b ON b.ancestor_id = m.organisation_id JOIN apprenticeships a ON a.practice_id = b.organisation_id
		WHERE a.id = ? AND m.role = 'hub_lead' AND m.from_on <= ? AND (m.to_on IS NULL OR m.to_on >= ?) ORDER BY m.person_id`, id, tx.today(), tx.today())
	if err != nil {
		return nil, fmt.Errorf("store: leads: %w", err)
	}
	out := make([]countersign.PersonID, len(leads))
	for i, l := range leads {
		out[i] = countersign.PersonID(l)
	}
	return out, nil
}

// CalendarDay is a day that belongs into the calendars of those who look after
// an apprenticeship.
type CalendarDay struct {
	Apprenticeship countersign.ApprenticeshipID
	ApprenticeName string
	On             countersign.Date
	Kind           string // planned_end, return or expiry
	Competency     string // of an expiry
}

// CalendarDays returns planned ends, expected returns and expiring sign-offs
// of the apprenticeships within the scope from a day on, the earliest first.
func (tx *Tx) CalendarDays(scope authz.Scope, from countersign.Date) ([]CalendarDay, error) {
	within, args := tx.inScope(scope)
	query, values := "", []any{}
	for i, part := range []string{
		`SELECT a.id, p.name, a.planned_end_on AS day, 'planned_end' AS kind, '' AS competency FROM apprenticeships a JOIN people p ON p.id = a.apprentice_id
			WHERE a.state IN ('active', 'on_break', 'referred_back') AND a.planned_end_on >= ? AND `,
		`SELECT a.id, p.name, a.return_expected_on, 'return', '' FROM apprenticeships a JOIN people p ON p.id = a.apprentice_id
			WHERE a.state = 'on_break' AND a.return_expected_on >= ? AND `,
		`SELECT a.id, p.name, t.expires_on, 'expiry', t.competency FROM attainments t JOIN apprenticeships a ON a.id = t.apprenticeship_id JOIN people p ON p.id = a.apprentice_id
			WHERE a.state IN ('active', 'on_break', 'referred_back', 'completed') AND t.status = 'signed_off' AND t.expires_on >= ? AND `,
	} {
		if i > 0 {
			query += " UNION ALL "
		}
		query += part + within
		values = append(append(values, dbDate{from}), args...)
	}
	rows, err := all[struct {
		ID, Name, Kind, Competency string
		Day                        dbDate
	}](tx, "SELECT * FROM ("+query+") t ORDER BY day, kind, id, competency", values...)
	if err != nil {
		return nil, fmt.Errorf("store: calendar days: %w", err)
	}
	out := make([]CalendarDay, len(rows))
	for i, r := range rows {
		out[i] = CalendarDay{countersign.ApprenticeshipID(r.ID), r.Name, r.Day.Date, r.Kind, r.Competency}
	}
	return out, nil
}
