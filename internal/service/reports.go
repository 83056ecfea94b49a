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
// count. The author is told by mail.
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
		before := now.State
		if now.State, err = now.Do(countersign.ReportEvidence); err != nil {
			return err
		}
		if _, err := w.tx.AddReport(w.permit, countersign.Report{Evidence: id, Reporter: actor.ID(), ReporterName: actor.Name(), Reason: strings.TrimSpace(in.Reason), Before: before}); err != nil {
			return err
		}
		now.Quarantined = true
		if now, err = w.tx.ChangeEvidence(w.permit, now, now.Version); err != nil {
			return err
		}
		if err := w.recount(true, codes(now.Mapping)...); err != nil {
			return err
		}
		told := []countersign.PersonID{w.app.Apprentice}
		if now.Author() != w.app.Apprentice {
			told = append(told, now.Author())
		}
		for _, to := range told {
			if to == actor.ID() {
				continue
			}
			if err := w.notify(NoticeReported, to, id, ""); err != nil {
				return err
			}
		}
		return w.audit("evidence.report", string(id), map[string]any{"revision": now.Revision, "state": before})
	}, authz.ReportEvidence)
}

// CloseReport releases a redacted piece, or takes a wrong report back with a
// reason. A piece that nobody changed since a wrong report goes back to where
// it was.
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
		to := known.State
		if in.Outcome == countersign.Lifted && !known.UpdatedAt.After(r.At) {
			to = r.Before
		}
		r.Outcome, r.CloseReason, r.ClosedBy, r.ClosedAt = in.Outcome, strings.TrimSpace(in.Reason), actor.ID(), w.tx.Now()
		if err := w.tx.ChangeReport(w.permit, r); err != nil {
			return err
		}
		if err := w.tx.EndQuarantine(w.permit, id, to); err != nil {
			return err
		}
		if err := w.recount(true, codes(known.Mapping)...); err != nil {
			return err
		}
		if err := w.notify(NoticeReportClosed, known.Author(), id, ""); err != nil {
			return err
		}
		return w.audit("evidence."+string(in.Outcome), string(id), nil)
	}, authz.ReportEvidence)
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
