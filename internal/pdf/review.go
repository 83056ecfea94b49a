package pdf

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"countersign/internal/countersign"
)

// ProgressReview writes a progress review as a PDF to w: what the record said,
// the ratings side by side, notes, actions and signatures. f is the framework
// version of the review, content the SHA-256 of what is signed. The same
// review gives the same bytes.
func ProgressReview(ctx context.Context, w io.Writer, a countersign.Apprenticeship, f countersign.Framework, r countersign.ProgressReview, content string) error {
	at := r.PreparedAt
	for _, s := range r.Signatures {
		at = s.At
	}
	return send(w, "review", func(file *os.File) error {
		pics := newPictures(nil)
		defer pics.close()
		d := newDoc(ctx, pics)
		d.newPage()
		d.progressReview(a, f, r, content)
		d.room(0)
		return d.finish(file, at, fmt.Sprintf("Progress review %d of %s", r.Number, a.ApprenticeName), a.ApprenticeName)
	})
}

func (d *doc) progressReview(a countersign.Apprenticeship, f countersign.Framework, r countersign.ProgressReview, content string) {
	d.heading(heading{level: 1, text: fmt.Sprintf("Progress review %d of %s", r.Number, a.ApprenticeName), outline: "Progress review"})
	if f.Notice != "" || f.Standing == countersign.CommunityDraft {
		d.box(paleGold, yellow, noticeSpans(f)...)
		d.space(4)
	}
	facts := r.Facts
	rows := [][2]string{
		{"Programme", f.Title + ", version " + f.Version}, {"Practice", a.PracticeName}, {"Training hub", a.HubName},
		{"Held on", dayOr(r.HeldOn, "not entered yet")}, {"Due by", dayOr(r.DueOn, "no day")}, {"About the time since", r.Since.Long()},
		{"Evidence", fmt.Sprintf("%d submitted and %d accepted since then", facts.Submitted, facts.Accepted)},
		{"Signed off", wordsOr(strings.Join(facts.SignedOff, ", "), "nothing since then")},
		{"Progress", fmt.Sprintf("%d of %s signed off (core: %d of %d)", facts.Progress.SignedOff, count(facts.Progress.InScope, "competency"), facts.Progress.CoreSignedOff, facts.Progress.Core)},
		{"Planned end", facts.PlannedEndOn.Long()},
	}
	if h := facts.Hours; h != nil {
		rows = append(rows, [2]string{"Hours", fmt.Sprintf("%s verified, %s expected by then, %s asked for in all", clock(h.Verified), clock(h.Expected), clock(h.Minimum))})
	}
	for _, row := range append(rows, [2]string{"Prepared", dateTime(r.PreparedAt) + " by " + r.PreparedByName}) {
		d.pair(row[0], in(body, row[1]))
	}
	d.heading(heading{level: 2, text: "Ratings", outline: "Ratings"})
	var ratings [][]cell
	for _, rating := range r.Ratings {
		ratings = append(ratings, []cell{
			cellOf(wordsOr(f.Domain(rating.Domain).Title, rating.Domain)), cellOf(wordsOr(f.Scale.LevelOrNone(rating.Apprentice), "Not rated yet")),
			cellOf(wordsOr(f.Scale.LevelOrNone(rating.Supervisor), "Not rated yet")),
		})
	}
	d.table([]column{{title: "Domain", width: 34, names: true}, {title: "Apprentice", width: 33}, {title: "Supervisor", width: 33}}, ratings)
	d.heading(heading{level: 2, text: "Notes", outline: "Notes"})
	for _, p := range countersign.ReviewParties() {
		d.pair(p.Title(), in(body, wordsOr(r.Notes[p], "None")))
	}
	d.heading(heading{level: 2, text: "Actions", outline: "Actions"})
	var actions [][]cell
	for _, action := range r.Actions {
		text := action.Text
		if action.From < r.Number {
			text += fmt.Sprintf(" (from review %d)", action.From)
		}
		actions = append(actions, []cell{cellOf(text), cellOf(action.Owner.Title()), cellOf(action.DueOn.Long()), cellOf(dayOr(action.DoneOn, "Not yet"))})
	}
	if len(actions) == 0 {
		d.paragraph(in(body, "None."))
	}
	d.table([]column{{title: "Action", width: 43, names: true}, {title: "Who", width: 17}, {title: "By", width: 20}, {title: "Done on", width: 20}}, actions)
	d.heading(heading{level: 2, text: "Signatures", outline: "Signatures"})
	var signatures [][]cell
	for _, p := range countersign.ReviewParties() {
		row := []cell{cellOf(p.Title()), cellOf("Not signed yet"), cellOf(""), cellOf("")}
		if s, ok := r.SignedBy(p); ok {
			row = []cell{cellOf(p.Title()), cellOf(s.PersonName + ", " + roleTitle(s.Role)), cellOf(dateTime(s.At)), cellOf(s.Remark)}
		}
		signatures = append(signatures, row)
	}
	d.table([]column{{title: "Party", width: 17, names: true}, {title: "Who", width: 31}, {title: "When", width: 22}, {title: "Remark", width: 30}}, signatures)
	d.space(4)
	d.paragraph(in(style{regular, 8, softInk}, "SHA-256 of what is signed: "+content))
}

func dayOr(d countersign.Date, otherwise string) string { return wordsOr(d.Long(), otherwise) }

func wordsOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// clock is minutes as hours and minutes: "12:30 h".
func clock(minutes int) string { return fmt.Sprintf("%d:%02d h", minutes/60, minutes%60) }
