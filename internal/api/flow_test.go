package api_test

import (
	"bytes"
	"countersign/internal/transfer"
	"strings"
	"testing"
	"time"
)

// The whole main story, from enrolment to the portfolio.
func TestStory(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		manager := h.as(t, h.Manager)
		today := h.today()
		enrolled := manager.post("/apprenticeships", object{
			"apprentice": object{"name": "Bola Adeyemi", "email": "bola@example.org"}, "framework": "gpa-combined",
			"practice": "A81001", "gp_supervisor": h.GP.Email, "secondary_mentor": h.Mentor.Email,
			"start_date": today.String(), "planned_end_date": today.AddMonths(9).String(), "cohort": "2026-B",
		}).want(201)
		id := enrolled.text("id")
		if got := enrolled.Header.Get("Location"); got != "/api/v1/apprenticeships/"+id {
			t.Errorf("Location %q", got)
		}
		for field, want := range map[string]any{
			"state": "active", "framework": "gpa-combined", "version": h.Framework.Version, "practice": "A81001",
			"gp_supervisor": h.GP.Email, "secondary_mentor": h.Mentor.Email,
		} {
			if got := enrolled.at(field); got != want {
				t.Errorf("%s = %v, want %v", field, got, want)
			}
		}

		asha, nurse, gp := h.as(t, h.Apprentice), h.as(t, h.Mentor), h.as(t, h.GP)
		const code = "GPA-CL1"
		piece := h.drafted(t, h.observation(h.Mentor.Email, code))
		file := asha.upload(piece+"/attachments", "notes.txt", []byte("Cuff size checked first.\n")).want(201)
		if download := asha.get("/attachments/" + file.text("id")).want(200); string(download.Body) != "Cuff size checked first.\n" ||
			!strings.Contains(download.Header.Get("Content-Disposition"), "attachment") || download.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("download %q, %v", download.Body, download.Header)
		}
		nurse.get(piece).want(404) // a draft is its author's alone
		if got := asha.post(piece+"/submission", nil).want(200).text("state"); got != "submitted" {
			t.Errorf("state %s", got)
		}
		h.clock.Advance(time.Hour)
		waiting := nurse.get("/queue").want(200).item("type", "review")
		if waiting["apprenticeship"] != string(h.App.ID) || "/evidence/"+waiting["evidence"].(string) != piece {
			t.Errorf("waiting %v", waiting)
		}
		if got := nurse.post(piece+"/review", object{"decision": "return", "comment": ""}).want(422).wantPointer("#/comment"); got.Status != 422 {
			t.Error(got)
		}
		nurse.post(piece+"/review", object{"decision": "return", "comment": "Say which cuff"}).want(200)
		tag := asha.get(piece).want(200).tag()
		asha.patch(piece, object{"narrative": "Took four readings with the large cuff."}, ifMatch(tag)).want(200)
		asha.post(piece+"/submission", nil).want(200)
		accepted := nurse.post(piece+"/review", object{"decision": "accept", "competencies": []string{code}}).want(200)
		if accepted.text("state") != "accepted" || len(accepted.list("reviews")) != 2 || accepted.text("competencies", 0, "justification") == "" {
			t.Errorf("accepted %s", accepted.Body)
		}
		if n := len(asha.get(piece + "/revisions").want(200).list("items")); n != 2 {
			t.Errorf("%d revisions", n)
		}
		ids := append(h.ready(t, code, h.Mentor), accepted.text("id"))

		c := h.competency(t, code)
		asha.post(h.path("/sign-offs"), object{"competency": code, "decision": "competent", "level": c["threshold"], "evidence": ids}).want(403)
		signed := gp.post(h.path("/sign-offs"), object{
			"competency": code, "decision": "competent", "level": c["threshold"], "comment": "Well done", "evidence": ids, "version": c["version"],
		}).want(201)
		if signed.text("status") != "signed_off" || signed.text("ledger", "previous") != "" || signed.text("role_in_decision") != "assessment" || signed.at("awaits") != nil {
			t.Errorf("signed %s", signed.Body)
		}
		h.countersigned(t, signed.text("ledger", "leaf"))
		h.signedInBatch(t)

		list := asha.get(h.path("/sign-offs")).want(200).list("items")
		if len(list) != 4 {
			t.Errorf("%d decisions", len(list))
		}
		if got := asha.get(h.path("")).want(200).at("progress", "signed_off"); got != 3.0 {
			t.Errorf("progress %v", got)
		}
		asha.post("/sign-offs/"+signed.text("id")+"/withdrawal", object{"reason": "No"}).want(403)
		withdrawn := gp.post("/sign-offs/"+signed.text("id")+"/withdrawal", object{"reason": "Signed by mistake"}).want(201)
		if withdrawn.text("status") != "ready" || withdrawn.text("decision") != "withdrawn" {
			t.Errorf("withdrawn %s", withdrawn.Body)
		}
		pdf := asha.get(h.path("/portfolio.pdf")).want(200)
		if !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) || pdf.Header.Get("Content-Type") != "application/pdf" {
			t.Errorf("portfolio %q %s", shorten(pdf.Body[:20]), pdf.Header.Get("Content-Type"))
		}
		zip := asha.get(h.path("/portfolio.zip")).want(200)
		if p, err := transfer.Open(bytes.NewReader(zip.Body), int64(len(zip.Body))); err != nil || p.Manifest.Apprenticeship != string(h.App.ID) || zip.Header.Get("Content-Type") != "application/zip" {
			t.Errorf("package %v %s", err, zip.Header.Get("Content-Type"))
		}
		h.as(t, h.Mentor).get(h.path("/portfolio.zip")).want(403)
	})
}

// countersigned lets the nurse decide and the GP countersign.
func (h *house) countersigned(t *testing.T, previous string) {
	t.Helper()
	const code = "GPA-CL2"
	ids := h.ready(t, code, h.Mentor, h.GP)
	c := h.competency(t, code)
	body := object{"competency": code, "decision": "competent", "level": c["threshold"], "evidence": ids}
	first := h.as(t, h.Mentor).post(h.path("/sign-offs"), body).want(201)
	if first.text("status") != "assessed" || first.text("awaits") != "gp_supervisor" || first.text("ledger", "previous") != previous {
		t.Errorf("assessed %s", first.Body)
	}
	h.clock.Advance(time.Hour)
	item := h.as(t, h.GP).get("/queue?type=countersign").want(200).item("competency", code)
	if item["apprenticeship"] != string(h.App.ID) || item["type"] != "countersign" {
		t.Errorf("item %v", item)
	}
	second := h.as(t, h.GP).post(h.path("/sign-offs"), object{
		"competency": code, "decision": "competent", "level": c["threshold"], "countersigns": first.text("id"),
	}).want(201)
	if second.text("status") != "signed_off" || second.text("role_in_decision") != "countersignature" || second.text("ledger", "previous") != first.text("ledger", "leaf") {
		t.Errorf("countersigned %s", second.Body)
	}
}

// signedInBatch signs one competency in a batch, with a review done first,
// among rows that are refused.
func (h *house) signedInBatch(t *testing.T) {
	t.Helper()
	const code = "GPA-CL3"
	ids := h.ready(t, code, h.Mentor)
	c := h.competency(t, code)
	piece := h.drafted(t, h.observation(h.GP.Email, code))
	h.as(t, h.Apprentice).post(piece+"/submission", nil).want(200)
	pieceID := strings.TrimPrefix(piece, "/evidence/")
	row := func(with object) object {
		out := object{"apprenticeship": h.App.ID, "competency": code, "decision": "competent", "level": c["threshold"], "evidence": ids}
		for k, v := range with {
			out[k] = v
		}
		return out
	}
	gp := h.as(t, h.GP)
	gp.sloppy = true
	a := gp.post("/sign-offs/batch", []object{
		row(object{"level": 4}),
		row(object{"apprenticeship": h.OtherApp.ID}),
		row(object{"reviews": []object{{"evidence": pieceID, "decision": "accept"}}, "evidence": append(ids, pieceID)}),
		{"apprenticeship": h.App.ID, "reviews": []object{{"evidence": pieceID, "decision": "accept"}}},
		row(object{"competency": "GPA-CL4", "level": "nonsense"}),
	}).want(200)
	for i, want := range []float64{422, 404, 201, 409, 422} {
		if got := a.at("items", i, "status"); got != want {
			t.Errorf("row %d: status %v, want %v\n%s", i, got, want, a.Body)
		}
	}
	if got := a.text("items", 0, "problem", "errors", 0, "pointer"); got != "#/0/level" {
		t.Errorf("pointer %s", got)
	}
	if got := a.text("items", 2, "sign_off", "status"); got != "signed_off" {
		t.Errorf("status %s", got)
	}
	if got := a.text("items", 4, "problem", "errors", 0, "pointer"); !strings.HasPrefix(got, "#/4/") {
		t.Errorf("pointer %s", got)
	}
}
