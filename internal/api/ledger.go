package api

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/countersign"
	"countersign/internal/service"
)

type checkpointJSON struct {
	Log  string `json:"log"`
	Size int64  `json:"size"`
	Root string `json:"root"`
	At   moment `json:"at"`
	Note string `json:"note"`
	// Timestamp is null where nothing up to this size is time-stamped, and in proofs.
	Timestamp *timestampJSON `json:"timestamp"`
}

type timestampJSON struct {
	Size  int64  `json:"size"`
	At    moment `json:"at"`
	Token string `json:"token"`
}

func checkpointOf(c service.Checkpoint) checkpointJSON {
	out := checkpointJSON{Log: c.Log, Size: c.Size, Root: c.Root, At: moment(c.At), Note: c.Note}
	if s := c.Stamp; s.Size > 0 {
		out.Timestamp = &timestampJSON{s.Size, moment(s.At), s.Token}
	}
	return out
}

// size returns a number of leaves; 0 if it isn't given.
func (q *query) size(name string) int64 {
	s := q.text(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		q.p.Add(name, "Send a number of leaves, from 1")
	}
	return n
}

// showCheckpoint handles GET /ledger/checkpoint.
func (h *Handlers) showCheckpoint(c echo.Context, _ authz.Actor) error {
	q := queryOf(c)
	size := q.size("size")
	if err := q.err(); err != nil {
		return err
	}
	checkpoint, err := h.svc.Checkpoint(c.Request().Context(), size)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, checkpointOf(checkpoint))
}

type entryProofJSON struct {
	Leaf       string         `json:"leaf"`
	Number     int64          `json:"number"`
	Proof      []string       `json:"proof"`
	Checkpoint checkpointJSON `json:"checkpoint"`
}

// showEntryProof handles GET /ledger/entries/:leaf/proof.
func (h *Handlers) showEntryProof(c echo.Context, _ authz.Actor) error {
	q := queryOf(c)
	size := q.size("size")
	if err := q.err(); err != nil {
		return err
	}
	p, err := h.svc.EntryProof(c.Request().Context(), c.Param("leaf"), size)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, entryProofJSON{p.Leaf, p.Number, p.Hashes, checkpointOf(p.Checkpoint)})
}

type growthProofJSON struct {
	From  int64    `json:"from"`
	To    int64    `json:"to"`
	Proof []string `json:"proof"`
}

// showGrowthProof handles GET /ledger/consistency.
func (h *Handlers) showGrowthProof(c echo.Context, _ authz.Actor) error {
	q := queryOf(c)
	from, to := q.size("from"), q.size("to")
	if q.text("from") == "" {
		q.p.Add("from", "Send the size of the checkpoint that you have")
	}
	if err := q.err(); err != nil {
		return err
	}
	hashes, size, err := h.svc.GrowthProof(c.Request().Context(), from, to)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, growthProofJSON{from, size, hashes})
}

type signingKeyJSON struct {
	Verifier  string `json:"verifier"`
	From      moment `json:"from"`
	RetiredAt moment `json:"retired_at"` // null for the present key
}

// listSigningKeys handles GET /ledger/keys.
func (h *Handlers) listSigningKeys(c echo.Context, _ authz.Actor) error {
	keys, err := h.svc.SigningKeys(c.Request().Context())
	if err != nil {
		return err
	}
	return writePage(c, each(keys, func(k countersign.SigningKey) signingKeyJSON {
		return signingKeyJSON{k.Verifier, moment(k.From), moment(k.RetiredAt)}
	}), "")
}
