package store

import (
	"encoding/json"
	"time"

	"countersign/internal/countersign"
)

// BulkRecord is one apprenticeship with everything beneath it, as it is on the
// day of its attainments. Counters follow from it.
type BulkRecord struct {
	Apprenticeship countersign.Apprenticeship
	Namings        []countersign.Naming
	Attainments    []countersign.Attainment // every competency, with its pieces and decisions
	Pieces         []countersign.Evidence   // with their attachments
	Revisions      []countersign.Revision
	Reviews        []countersign.Review
	SignOffs       []countersign.SignOff
	Hours          []countersign.HoursEntry
	ProgressReview []countersign.ProgressReview
	Payments       []BulkPayment
	Changes        []countersign.Change
	Audit          []BulkAudit
}

// BulkPayment is a line of a payment, with an identifier of its own.
type BulkPayment struct {
	ID string
	countersign.PaymentEntry
}

// BulkAudit is a line of the trail.
type BulkAudit struct {
	ID string
	At time.Time
	AuditEvent
}

// Record adds an apprenticeship with everything beneath it.
func (w *BulkWriter) Record(r BulkRecord) error {
	id := string(r.Apprenticeship.ID)
	for _, add := range []func(string, BulkRecord) error{w.enrolment, w.evidence, w.decisions, w.learning, w.trail} {
		if err := add(id, r); err != nil {
			return err
		}
	}
	return w.full()
}

func (w *BulkWriter) enrolment(id string, r BulkRecord) error {
	a := r.Apprenticeship
	err := w.add(&apprenticeshipRow{
		ID: id, ApprenticeID: string(a.Apprentice), FrameworkID: a.FrameworkID, FrameworkVersion: a.FrameworkVersion, PracticeID: string(a.Practice),
		StartOn: dbDate{a.StartOn}, PlannedEndOn: dbDate{a.PlannedEndOn}, OriginalEndOn: dbDate{a.OriginalEndOn}, BreakDays: a.BreakDays,
		OnBreakSince: dbDate{a.OnBreakSince}, ReturnExpectedOn: dbDate{a.ReturnExpectedOn}, LastLearningOn: dbDate{a.LastLearningOn},
		FundingYear: a.FundingYear, Cohort: a.Cohort, State: string(a.State), EndedOn: dbDate{a.EndedOn}, EndReason: a.EndReason,
		LastActivityAt: dbTime{a.LastActivityAt}, Seq: a.Seq, Version: a.Version, CreatedAt: dbTime{a.CreatedAt},
	}, &tallyRow{ // worked out afterwards: its day has come
		ApprenticeshipID: id, PracticeID: string(a.Practice), FrameworkID: a.FrameworkID, FrameworkVersion: a.FrameworkVersion, Cohort: a.Cohort,
		State: string(a.State), RefreshDay: new(int),
	})
	for _, n := range r.Namings {
		if err != nil {
			return err
		}
		err = w.add(&namingRow{
			ID: string(n.ID), ApprenticeshipID: id, PersonID: string(n.Person), Role: string(n.Role), Domains: dbJSON[[]string]{n.Domains},
			FromOn: dbDate{n.From}, ToOn: dbDate{n.To}, BriefingOn: dbDate{n.BriefingOn}, CreatedAt: dbTime{a.CreatedAt},
		})
	}
	return err
}

func (w *BulkWriter) evidence(id string, r BulkRecord) error {
	for _, e := range r.Pieces {
		row := evidenceRowOf(e, id)
		row.Version, row.CreatedAt, row.UpdatedAt = e.Version, dbTime{e.CreatedAt}, dbTime{e.UpdatedAt}
		if err := w.add(&row); err != nil {
			return err
		}
		for i, m := range e.Mapping {
			if err := w.add(&mappingRow{string(e.ID), m.Competency, i, m.Justification}); err != nil {
				return err
			}
		}
		for _, f := range e.Attachments {
			if err := w.add(attachmentRowOf(f)); err != nil {
				return err
			}
		}
	}
	for _, v := range r.Revisions {
		if err := w.add(revisionRowOf(v)); err != nil {
			return err
		}
	}
	for _, v := range r.Reviews {
		if err := w.add(reviewRowOf(v)); err != nil {
			return err
		}
	}
	return nil
}

func (w *BulkWriter) decisions(id string, r BulkRecord) error {
	for _, so := range r.SignOffs {
		row := signOffRowOf(so)
		row.RecordedAt = dbTime{so.SignedAt}
		if err := w.add(&row); err != nil {
			return err
		}
	}
	for _, a := range r.Attainments {
		row := derived(a, id, a.Version, dbTime{r.Apprenticeship.CreatedAt})
		if err := w.add(&row); err != nil {
			return err
		}
	}
	return nil
}

func (w *BulkWriter) learning(id string, r BulkRecord) error {
	for _, h := range r.Hours {
		err := w.add(&hoursRow{
			ID: string(h.ID), ApprenticeshipID: id, OccurredOn: dbDate{h.On}, Minutes: h.Minutes, Kind: string(h.Kind), Learnt: h.Learnt,
			Competencies: dbJSON[[]string]{h.Competencies}, ByID: string(h.EnteredBy), At: dbTime{h.EnteredAt},
		})
		if v := h.Verified; err == nil && v.By != "" { // the entry's own identifier serves: another table
			err = w.add(&hoursDecisionRow{string(h.ID), string(h.ID), string(countersign.HoursVerified), v.Reason, dbRef(v.By), v.ByName, string(v.ByRole), dbTime{v.At}})
		}
		if err != nil {
			return err
		}
	}
	for _, v := range r.ProgressReview {
		row := progressReviewRowOf(v)
		if err := w.add(&row); err != nil {
			return err
		}
		for _, s := range v.Signatures {
			if err := w.add(&reviewSignatureRow{string(v.ID), string(s.Party), string(s.Person), s.PersonName, string(s.Role), s.Remark, s.SHA256, dbTime{s.At}}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *BulkWriter) trail(id string, r BulkRecord) error {
	for _, y := range r.Payments {
		if err := w.add(&paymentRow{
			ID: y.ID, ApprenticeshipID: id, Number: y.Number, Payment: y.Payment, Event: string(y.Event), Title: y.Title, Amount: y.Amount, DoneOn: dbDate{y.On},
			Reference: y.Reference, ByID: dbRef(y.By), ByName: y.ByName, At: dbTime{y.At},
		}); err != nil {
			return err
		}
	}
	for _, c := range r.Changes {
		row := changeRowOf(c, string(c.ID), id)
		row.ByID, row.ByName, row.At = dbRef(c.By), c.ByName, dbTime{c.At}
		if err := w.add(row); err != nil {
			return err
		}
	}
	for _, e := range r.Audit {
		detail := []byte("{}")
		if e.Detail != nil {
			var err error
			if detail, err = json.Marshal(e.Detail); err != nil {
				return err
			}
		}
		if err := w.add(&auditRow{
			ID: e.ID, At: dbTime{e.At}, ActorID: dbRef(e.Actor), Job: e.Job, Role: e.Role, Action: e.Action, ApprenticeshipID: dbRef(id),
			Subject: e.Subject, Detail: string(detail), RequestID: e.RequestID,
		}); err != nil {
			return err
		}
	}
	return nil
}

// Person adds somebody with a password, who holds those memberships.
func (w *BulkWriter) Person(p countersign.Person, phc string, memberships ...countersign.Membership) error {
	err := w.add(&personRow{
		ID: string(p.ID), Name: p.Name, Email: p.Email, Search: fold(p.Name, p.Email), Registration: p.Registration, DailyDigest: p.DailyDigest,
		PasswordPHC: phc, Version: 1, CreatedAt: dbTime{p.CreatedAt},
	})
	for _, m := range memberships {
		if err != nil {
			return err
		}
		err = w.add(&membershipRow{string(m.ID), string(p.ID), string(m.Organisation), string(m.Role), dbDate{m.From}, dbDate{m.To}, dbTime{p.CreatedAt}})
	}
	if err != nil {
		return err
	}
	return w.full()
}
