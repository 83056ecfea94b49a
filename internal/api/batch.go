package api

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/problem"
	"countersign/internal/service"
)

// batchRow is one row of a batch.
type batchRow struct {
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	signOffInput
	Reviews []rowReview `json:"reviews"` // done first
}

type rowReview struct {
	Evidence countersign.EvidenceID `json:"evidence"`
	Version  int                    `json:"version"` // of the piece as seen
	reviewInput
}

func (r batchRow) service() service.BatchRow {
	in := r.signOffInput.service(r.Apprenticeship)
	for _, review := range r.Reviews {
		out := review.reviewInput.service()
		out.Evidence, out.Version = review.Evidence, review.Version
		in.Reviews = append(in.Reviews, out)
	}
	return service.BatchRow{SignOffInput: in}
}

// rowJSON is what became of a row: a decision, the reviews alone, or a problem.
type rowJSON struct {
	Status  int              `json:"status"` // the HTTP status that the row would have had alone
	SignOff *decidedJSON     `json:"sign_off,omitempty"`
	Problem *problem.Problem `json:"problem,omitempty"`
}

// createBatch handles POST /sign-offs/batch: a row that is refused, even one
// that can't be read, loses nothing of the others.
func (h *Handlers) createBatch(c echo.Context, actor authz.Actor) error {
	body, err := readBody(c)
	if err != nil {
		return err
	}
	root, err := parse(body)
	if err != nil {
		return err
	}
	if root.kind != array || len(root.items) == 0 || len(root.items) > service.MaxBatch {
		var p countersign.Problems
		p.Add("", fmt.Sprintf("Send a list of 1 to %d rows", service.MaxBatch))
		return unprocessable(p)
	}
	results := make([]rowJSON, len(root.items))
	var rows []service.BatchRow
	var at []int // of rows, in the request
	for i, item := range root.items {
		var row batchRow
		var p countersign.Problems
		if item.kind == null {
			p.Add("", "Send an object")
		}
		assign(&p, "", item, reflect.ValueOf(&row).Elem())
		if err := p.Err(); err != nil {
			results[i] = refusedRow(i, err)
			continue
		}
		rows, at = append(rows, row.service()), append(at, i)
	}
	if len(rows) > 0 {
		decided, err := h.svc.DecideBatch(c.Request().Context(), actor, rows)
		if err != nil {
			return err
		}
		for n, r := range decided {
			results[at[n]] = rowOf(at[n], r)
		}
	}
	return writePage(c, results, "")
}

func rowOf(i int, r service.BatchResult) rowJSON {
	switch {
	case r.Err != nil:
		return refusedRow(i, r.Err)
	case r.SignOff.ID == "":
		return rowJSON{Status: http.StatusOK}
	}
	decided := decidedOf(r.SignOff, r.Summary)
	return rowJSON{Status: http.StatusCreated, SignOff: &decided}
}

// refusedRow is row i with a problem whose pointers begin at the whole body.
func refusedRow(i int, err error) rowJSON {
	p := problem.Of(err)
	for n, f := range p.Errors {
		p.Errors[n].Pointer = strings.TrimSuffix(fmt.Sprintf("#/%d%s", i, strings.TrimPrefix(f.Pointer, "#")), "/")
	}
	return rowJSON{Status: p.Status, Problem: &p}
}
