package api

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

// queueReads is how many waiting things a queue is read to. Nobody has so many.
const queueReads = 10_000

type queueItemJSON struct {
	Type           countersign.WaitingType      `json:"type"`
	Apprenticeship countersign.ApprenticeshipID `json:"apprenticeship"`
	Apprentice     nameJSON                     `json:"apprentice"`
	Practice       string                       `json:"practice"` // its name
	Evidence       countersign.EvidenceID       `json:"evidence,omitempty"`
	Title          string                       `json:"title,omitempty"` // of the piece
	Kind           countersign.EvidenceKind     `json:"kind,omitempty"`
	Competencies   []string                     `json:"competencies,omitempty"` // that the piece is mapped to
	Competency     string                       `json:"competency,omitempty"`
	Awaits         countersign.NamingRole       `json:"awaits,omitempty"`
	Version        int                          `json:"version"` // of the piece or of the competency
	WaitingSince   moment                       `json:"waiting_since"`
}

func queueItemOf(q countersign.QueueItem) queueItemJSON {
	return queueItemJSON{
		q.Type, q.Apprenticeship, nameJSON{q.Apprentice, q.ApprenticeName}, q.PracticeName, q.Evidence, q.EvidenceTitle, q.EvidenceKind,
		q.Mapping, q.Competency, q.Awaits, q.Version, moment(q.Since),
	}
}

// listQueue handles GET /queue: what waits for the person, oldest first. The
// cursor is the place of the last item in that order, so what has been done
// meanwhile moves nothing.
func (h *Handlers) listQueue(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	f := service.QueueFilter{Apprenticeship: countersign.ApprenticeshipID(q.text("apprenticeship")), Limit: queueReads}
	if f.Apprenticeship != "" && !countersign.ValidID(string(f.Apprenticeship)) {
		q.p.Add("apprenticeship", "Send the id of an apprenticeship")
	}
	types := anyOf(q, "type", waitingTypes)
	limit, after := q.limit(), ""
	if cursor := q.cursor(); cursor != "" {
		b, err := base64.RawURLEncoding.DecodeString(cursor)
		if after = string(b); err != nil || len(after) < len(placeLayout) {
			q.p.Add("cursor", "This page of the list does not exist. Start again from the first page")
		}
	}
	if err := q.err(); err != nil {
		return err
	}
	items, err := h.svc.Queue(c.Request().Context(), actor, f)
	if err != nil {
		return err
	}
	items = slices.DeleteFunc(items, func(i countersign.QueueItem) bool {
		return place(i) <= after || types != nil && !slices.Contains(types, i.Type)
	})
	slices.SortFunc(items, func(a, b countersign.QueueItem) int { return cmp.Compare(place(a), place(b)) })
	next := ""
	if len(items) > limit {
		items = items[:limit]
		next = base64.RawURLEncoding.EncodeToString([]byte(place(items[limit-1])))
	}
	return writePage(c, each(items, queueItemOf), next)
}

var waitingTypes = []countersign.WaitingType{
	countersign.WaitReview, countersign.WaitSignOff, countersign.WaitCountersign,
	countersign.WaitRenewal, countersign.WaitConfirm, countersign.WaitScope,
}

const placeLayout = "2006-01-02T15:04:05.000000000Z"

// place is where an item stands in the queue; places compare as text.
func place(q countersign.QueueItem) string {
	return strings.Join([]string{
		q.Since.UTC().Format(placeLayout), string(q.Apprenticeship), string(q.Type), q.Competency, string(q.Evidence),
	}, " ")
}

type sumsJSON struct {
	Organisation    placeJSON `json:"organisation"`
	Apprenticeships int       `json:"apprenticeships"`
	Active          int       `json:"active"`
	Completed       int       `json:"completed"`
	Withdrawn       int       `json:"withdrawn"`
	Overdue         int       `json:"overdue"`
	SignedOff       int       `json:"signed_off"`
	InScope         int       `json:"in_scope"`
	Waiting         int       `json:"waiting"`
	OldestWaitingAt moment    `json:"oldest_waiting_at"`
}

// listSums handles GET /reports/sums?organisation=: progress by the places
// directly beneath one.
func (h *Handlers) listSums(c echo.Context, actor authz.Actor) error {
	q := queryOf(c)
	code := q.text("organisation")
	if code == "" {
		q.p.Add("organisation", "Send the code of an organisation")
	}
	if err := q.err(); err != nil {
		return err
	}
	o, rows, err := h.svc.Sums(c.Request().Context(), actor, code)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, struct {
		Organisation placeJSON `json:"organisation"`
		page[sumsJSON]
	}{placeOf(o), page[sumsJSON]{Items: each(rows, sumsOf)}})
}

func sumsOf(r service.SumRow) sumsJSON {
	return sumsJSON{
		placeOf(r.Organisation), r.Apprenticeships, r.Active, r.Completed, r.Withdrawn, r.Overdue,
		r.SignedOff, r.InScope, r.Waiting, moment(r.OldestWaiting),
	}
}
