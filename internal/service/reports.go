package service

import (
	"context"
	"strings"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// ReportInput says what of a piece of evidence could identify a patient.
type ReportInput struct {
	Version int    `field:"version"` // of the piece as seen; 0 asks for no check
	Reason  string `field:"reason" label:"where it is and what kind of thing it is" validate:"filled,max=500"`
}

// CloseReportInput is how a report ends: the redacted piece is released, or a
// wrong report is taken back.
type CloseReportInput struct {
	Outcome countersign.ReportOutcome `field:"outcome" label:"what becomes of the report" verb:"Select" validate:"oneof=released lifted" privacy:"-"`
	Reason  string                    `field:"reason" label:"a reason" validate:"max=500"`
}

// ReportEvidence reports a piece as holding a patient's data. From then on it
// is hidden from all but its author, the apprentice and the actor, and doesn't
// count. The author is told by mail. So it is with what the piece was copied
// from or to, as long as the same stands in it; each is redacted where it is.
func (s *Service) ReportEvidence(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, in ReportInput) error {
	return s.change(ctx, actor, byEvidence(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		e, err := w.piece(id)
		if err != nil {
			return err
		}
		if in.Version != 0 && in.Version != e.Version {
			return refuseStale("This piece was changed since you opened it. Look at it again before you report it")
		}
		if e.Revision == 0 {
			return countersign.Refuse(countersign.Conflict, "This piece was never submitted: nobody but its author can read it")
		}
		if e.Quarantined {
			return countersign.Refuse(countersign.Conflict, "This piece has been reported already")
		}
		now, err := w.tx.Evidence(w.permit, id) // as its author has it, to be stored again
		if err != nil {
			return err
		}
		r := countersign.Report{Reporter: actor.ID(), ReporterName: actor.Name(), Reason: strings.TrimSpace(in.Reason)}
		if err := w.quarantine(now, r); err != nil {
			return err
		}
		return s.eachCopy(w, id, func(there work, copied countersign.EvidenceID) error {
			other, err := there.tx.Evidence(there.permit, copied)
			if err != nil || other.Quarantined || !now.SameAs(other) {
				return err
			}
			return there.quarantine(other, r)
		})
	}, authz.ReportEvidence)
}

// quarantine hides a piece for a report and tells who wrote it.
func (w work) quarantine(e countersign.Evidence, r countersign.Report) error {
	var err error
	r.Evidence, r.Before = e.ID, e.State
	if e.State, err = e.Do(countersign.ReportEvidence); err != nil {
		return err
	}
	if _, err := w.tx.AddReport(w.permit, r); err != nil {
		return err
	}
	e.Quarantined = true
	if e, err = w.tx.ChangeEvidence(w.permit, e, e.Version); err != nil {
		return err
	}
	if err := w.recount(true, codes(e.Mapping)...); err != nil {
		return err
	}
	told := []countersign.PersonID{w.app.Apprentice}
	if e.Author() != w.app.Apprentice {
		told = append(told, e.Author())
	}
	for _, to := range told {
		if to == r.Reporter {
			continue
		}
		if err := w.notify(NoticeReported, to, e.ID, ""); err != nil {
			return err
		}
	}
	return w.audit("evidence.report", string(e.ID), map[string]any{"revision": e.Revision, "state": r.Before})
}

// eachCopy does something with the pieces that a reported one was copied from
// or to, each beneath its own apprenticeship: whoever reports the one needn't
// know the others, so a job does it.
func (s *Service) eachCopy(w work, id countersign.EvidenceID, fn func(work, countersign.EvidenceID) error) error {
	copies, err := w.tx.Copies(w.permit, id)
	for _, other := range copies {
		var subject authz.Subject
		if subject, err = w.tx.EvidenceSubject(other); err != nil {
			return err
		}
		job := authz.NewJob(authz.CopyJob)
		permit, err := job.Check(authz.ReportEvidence, subject)
		if err != nil {
			return err
		}
		app, err := w.tx.Touch(permit)
		if err != nil {
			return err
		}
		there, err := s.begin(w.tx, job, permit, app)
		if err == nil {
			err = fn(there, other)
		}
		if err != nil {
			return err
		}
	}
	return err
}

// CloseReport releases a redacted piece, or takes a wrong report back with a
// reason, and with it those of the pieces that were reported with this one. A
// piece that nobody changed since a wrong report goes back to where it was.
func (s *Service) CloseReport(ctx context.Context, actor authz.Actor, id countersign.EvidenceID, in CloseReportInput) error {
	return s.change(ctx, actor, byEvidence(id), func(w work) error {
		if err := w.vet(s, in); err != nil {
			return err
		}
		known, r, err := w.tx.OpenReport(w.permit, id)
		if err != nil {
			return err
		}
		if in.Outcome == countersign.Lifted && strings.TrimSpace(in.Reason) == "" {
			return countersign.InvalidField("reason", "Enter why nothing is wrong with this piece")
		}
		if err := r.CheckClose(actor.ID(), known, w.permit.Capacities().Has(countersign.GPSupervisor), in.Outcome); err != nil {
			return err
		}
		r.Outcome, r.CloseReason, r.ClosedBy, r.ClosedAt = in.Outcome, strings.TrimSpace(in.Reason), actor.ID(), w.tx.Now()
		if err := w.close(known, r); err != nil || r.Outcome != countersign.Lifted {
			return err
		}
		return s.eachCopy(w, id, func(there work, copied countersign.EvidenceID) error {
			e, other, err := there.tx.OpenReport(there.permit, copied)
			if countersign.KindOf(err) == countersign.NotFound || err == nil && (other.Reporter != r.Reporter || !other.At.Equal(r.At) || other.Redacted()) {
				return nil
			} else if err != nil {
				return err
			}
			other.Outcome, other.CloseReason, other.ClosedBy, other.ClosedAt = r.Outcome, r.CloseReason, r.ClosedBy, r.ClosedAt
			return there.close(e, other)
		})
	}, authz.ReportEvidence)
}

// close ends a report, and shows its piece again.
func (w work) close(e countersign.Evidence, r countersign.Report) error {
	to := e.State
	if r.Outcome == countersign.Lifted && !e.UpdatedAt.After(r.At) {
		to = r.Before
	}
	if err := w.tx.ChangeReport(w.permit, r); err != nil {
		return err
	}
	if err := w.tx.EndQuarantine(w.permit, e.ID, to); err != nil {
		return err
	}
	if err := w.recount(true, codes(e.Mapping)...); err != nil {
		return err
	}
	if err := w.notify(NoticeReportClosed, e.Author(), e.ID, ""); err != nil {
		return err
	}
	return w.audit("evidence."+string(r.Outcome), string(e.ID), nil)
}

// OpenReport returns a reported piece, its open report and whether it may be
// released by now, for whoever may close the report. To whom the piece is
// hidden it comes without its text.
func (s *Service) OpenReport(ctx context.Context, actor authz.Actor, id countersign.EvidenceID) (e countersign.Evidence, r countersign.Report, mayRelease bool, err error) {
	err = s.read(ctx, actor, byEvidence(id), func(w work) error {
		if e, r, err = w.tx.OpenReport(w.permit, id); err != nil {
			return err
		}
		gp := w.permit.Subject().Capacities(actor).Has(countersign.GPSupervisor)
		if mayRelease = r.CheckClose(actor.ID(), e, gp, countersign.Released) == nil; mayRelease {
			return nil
		}
		if r.CheckClose(actor.ID(), e, gp, countersign.Lifted) != nil {
			return errUnseen
		}
		return nil
	}, authz.ReportEvidence)
	return e, r, mayRelease, err
}

// redact destroys what was submitted of a reported piece before its present
// revision, when its author submits it anew, and tells the reporter.
func (w work) redact(s *Service, e countersign.Evidence) error {
	if e.Report == nil {
		return nil
	}
	r := *e.Report
	unused, err := w.tx.DestroyRevisions(w.permit, e.ID, e.Revision-1)
	if err != nil {
		return err
	}
	s.discard(w.tx.Context(), w.tx, unused)
	if err := scrubTonight(w.tx); err != nil {
		return err
	}
	r.RedactedAt = w.tx.Now()
	if err := w.tx.ChangeReport(w.permit, r); err != nil {
		return err
	}
	if err := w.notify(NoticeRedacted, r.Reporter, e.ID, ""); err != nil {
		return err
	}
	return w.audit("evidence.destroy", string(e.ID), map[string]any{"to_revision": e.Revision - 1})
}

// destroyReported destroys all of a reported piece that its author withdraws.
func (w work) destroyReported(s *Service, e countersign.Evidence) error {
	if e.Report == nil {
		return nil
	}
	r := *e.Report
	unused, err := w.tx.DestroyText(w.permit, e.ID)
	if err != nil {
		return err
	}
	s.discard(w.tx.Context(), w.tx, unused)
	if err := scrubTonight(w.tx); err != nil {
		return err
	}
	r.RedactedAt, r.ClosedAt, r.ClosedBy, r.Outcome = w.tx.Now(), w.tx.Now(), w.actor.ID(), countersign.ReportedWithdrawal
	if err := w.tx.ChangeReport(w.permit, r); err != nil {
		return err
	}
	if err := w.tx.EndQuarantine(w.permit, e.ID, countersign.Withdrawn); err != nil {
		return err
	}
	if err := w.notify(NoticeRedacted, r.Reporter, e.ID, ""); err != nil {
		return err
	}
	return w.audit("evidence.destroy", string(e.ID), map[string]any{"to_revision": e.Revision})
}
