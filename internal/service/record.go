package service

import (
	"context"

	"countersign/internal/authz"
	"countersign/internal/countersign"
)

// Record is one apprenticeship with what each of its competencies adds up to.
type Record struct {
	Apprenticeship countersign.Apprenticeship
	Framework      countersign.Framework
	Competencies   []countersign.Summary // in the framework's order
	Namings        []countersign.Naming  // those that hold today
	Subject        authz.Subject
}

// Record returns an apprenticeship and where it stands, for everybody who may
// see its progress.
func (s *Service) Record(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (Record, error) {
	var r Record
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		as, err := w.tx.Attainments(w.permit, w.framework)
		if err == nil {
			r = w.record(as)
		}
		return err
	}, authz.ReadApprenticeship)
	return r, err
}

// record adds the attainments up.
func (w work) record(as []countersign.Attainment) Record {
	r := Record{Apprenticeship: w.app, Framework: w.framework, Namings: w.permit.Subject().Namings, Subject: w.permit.Subject()}
	r.Competencies = make([]countersign.Summary, 0, len(as))
	r.Apprenticeship.Progress = countersign.Progress{} // counted afresh: time may have passed
	for _, a := range as {
		summary := a.Summary()
		r.Competencies = append(r.Competencies, summary)
		r.Apprenticeship.Add(a.Core, summary.Status)
	}
	return r
}

// Apprenticeship returns the enrolment and its counters.
func (s *Service) Apprenticeship(ctx context.Context, actor authz.Actor, id countersign.ApprenticeshipID) (countersign.Apprenticeship, error) {
	var a countersign.Apprenticeship
	err := s.read(ctx, actor, byApprenticeship(id), func(w work) error {
		a = w.app
		return nil
	}, authz.ReadApprenticeship)
	return a, err
}
