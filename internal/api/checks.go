package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"countersign/internal/authz"
	"countersign/internal/badge"
	"countersign/internal/countersign"
	"countersign/internal/ledger"
	"countersign/internal/verify"
)

// checkJSON is what was found in a file: a portfolio or a badge.
type checkJSON struct {
	Valid     bool                   `json:"valid"`
	Portfolio *checkedPortfolioJSON  `json:"portfolio"`
	Badge     *checkedCredentialJSON `json:"badge"`
}

type checkedPortfolioJSON struct {
	URL       string                `json:"url"`
	AsAt      moment                `json:"as_at"`
	Key       string                `json:"key"`
	Known     bool                  `json:"known"`
	Wrong     []string              `json:"wrong"`
	Decisions []checkedDecisionJSON `json:"decisions"`
}

type checkedDecisionJSON struct {
	Leaf           string `json:"leaf"`
	Competency     string `json:"competency"`
	Decision       string `json:"decision"`
	RoleInDecision string `json:"role_in_decision"`
	Level          word   `json:"level"`
	AssessorName   word   `json:"assessor_name"`
	AssessorRole   string `json:"assessor_role"`
	SignedAt       moment `json:"signed_at"`
	Passkey        bool   `json:"passkey"`
	Standing       string `json:"standing"`
	Why            word   `json:"why"`
}

type checkedCredentialJSON struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Issuer     string `json:"issuer"`
	URL        string `json:"url"`
	Key        string `json:"key"`
	Known      bool   `json:"known"`
	ValidFrom  moment `json:"valid_from"`
	ValidUntil moment `json:"valid_until"`
	Standing   string `json:"standing"`
	Why        word   `json:"why"`
}

// createCheck handles POST /checks. Nothing of the file is kept.
func (h *Handlers) createCheck(c echo.Context, _ authz.Actor) error {
	ctx := c.Request().Context()
	if err := h.svc.CountCheck(ctx, c.RealIP()); err != nil {
		return err
	}
	file, err := formFile(c)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	keys, err := h.svc.PublicKeys(ctx)
	if err != nil {
		return err
	}
	found, err := h.check(c, file, keys)
	var said *verify.Error
	if errors.As(err, &said) {
		return countersign.InvalidField("file", said.Says)
	}
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, found)
}

func (h *Handlers) check(c echo.Context, file upload, keys []ledger.PublicKey) (checkJSON, error) {
	ctx := c.Request().Context()
	isBadge, err := verify.IsBadge(file)
	if err != nil {
		return checkJSON{}, err
	}
	if isBadge {
		b, err := verify.Badge(file, file.size, keys, h.now())
		if err == nil {
			b, err = h.svc.BadgeStandsNow(ctx, b)
		}
		return checkJSON{Valid: b.Status == ledger.Valid, Badge: credentialOf(b)}, err
	}
	report, err := verify.File(file, file.size, keys)
	if err == nil {
		report, err = h.svc.StandNow(ctx, report)
	}
	return checkJSON{Valid: report.Valid(), Portfolio: checkedOf(report)}, err
}

func checkedOf(r ledger.Report) *checkedPortfolioJSON {
	asAt, _ := time.Parse(time.RFC3339Nano, r.AsAt)
	out := &checkedPortfolioJSON{URL: r.URL, AsAt: moment(asAt), Key: r.Key.ID(), Known: r.Known, Wrong: append([]string{}, r.Wrong...), Decisions: []checkedDecisionJSON{}}
	for _, d := range r.Decisions {
		at, _ := time.Parse(time.RFC3339Nano, d.SignedAt)
		line := checkedDecisionJSON{
			Leaf: d.Leaf, Competency: d.Competency, Decision: d.Decision.Decision, RoleInDecision: d.RoleInDecision, Level: word(d.Level), AssessorRole: d.AssessorRole,
			SignedAt: moment(at), Passkey: d.Passkey, Standing: string(d.Status), Why: word(d.Why),
		}
		if d.Shown != nil {
			line.AssessorName = word(d.Shown.AssessorName)
		}
		out.Decisions = append(out.Decisions, line)
	}
	return out
}

func credentialOf(b badge.Checked) *checkedCredentialJSON {
	return &checkedCredentialJSON{
		ID: b.ID, Name: b.Name, Issuer: b.Issuer, URL: b.Site, Key: b.Key, Known: b.Known, ValidFrom: moment(b.From), ValidUntil: moment(b.Until),
		Standing: string(b.Status), Why: word(b.Why),
	}
}

type codeStandingJSON struct {
	LastDecisionAt moment `json:"last_decision_at"`
	Decisions      int    `json:"decisions"`
	Standing       int    `json:"standing"`
}

// showCodeStanding handles GET /checks?code=.
func (h *Handlers) showCodeStanding(c echo.Context, _ authz.Actor) error {
	q := queryOf(c)
	code := q.text("code")
	if code == "" {
		q.p.Add("code", "Send the code that is printed on the portfolio")
	}
	if err := q.err(); err != nil {
		return err
	}
	s, err := h.svc.StandingOfCode(c.Request().Context(), code)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, codeStandingJSON{moment(s.Last), s.Decided, s.Standing})
}
