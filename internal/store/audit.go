package store

import (
	"context"
	"encoding/json"
	"fmt"

	"countersign/internal/countersign"
)

// AuditEvent says who, as what, did what to whom. Who is a person or a job, or
// neither when nobody was identified, as at a failed sign-in.
type AuditEvent struct {
	Actor          countersign.PersonID
	Job            string // instead of a person
	Role           string // as what, at that moment
	Action         string
	Apprenticeship countersign.ApprenticeshipID // empty when it isn't about one
	Subject        string                       // identifier or code of what it was done to
	Detail         any                          // the action's own facts, written as JSON; nil for none
	RequestID      string                       // taken from the context if empty, see WithRequestID
}

type requestIDKey struct{}

// WithRequestID returns a context whose audit events carry the request's id.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// auditRow is a row of audit_events, which a trigger keeps from being changed.
type auditRow struct {
	ID               string
	At               dbTime
	ActorID          dbRef
	Job              string
	Role             string
	Action           string
	ApprenticeshipID dbRef
	Subject          string
	Detail           string
	RequestID        string
}

// TableName implements GORM's Tabler.
func (auditRow) TableName() string { return "audit_events" }

// Audit appends an event to the trail, at tx.Now().
func (tx *Tx) Audit(e AuditEvent) error {
	if e.RequestID == "" {
		e.RequestID, _ = tx.Context().Value(requestIDKey{}).(string)
	}
	detail := []byte("{}")
	if e.Detail != nil {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return fmt.Errorf("store: audit %s: %w", e.Action, err)
		}
	}
	err := tx.insert(&auditRow{
		ID: tx.NewID(), At: dbTime{tx.Now()}, ActorID: dbRef(e.Actor), Job: e.Job, Role: e.Role, Action: e.Action,
		ApprenticeshipID: dbRef(e.Apprenticeship), Subject: text(e.Subject), Detail: string(detail), RequestID: text(e.RequestID),
	})
	if err != nil {
		return fmt.Errorf("store: audit %s: %w", e.Action, err)
	}
	return nil
}
