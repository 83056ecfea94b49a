package api_test

import (
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

func TestAFrameworkIsEditedReviewedAndPublished(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead, gp, other := h.as(t, h.HubLead), h.as(t, h.GP), h.as(t, h.OtherHubLead)
		nora := h.Person(t, "Nora North", "national@example.org", countersign.NationalLead, h.England)
		_, secret, err := h.svc.CreateTokenFor(t.Context(), h.svc.Operator(), nora.Email, service.TokenInput{Name: "test", Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		h.tokens[nora.ID] = secret
		national := h.as(t, nora)
		gp.get("/framework-drafts").want(404)
		gp.post("/framework-drafts", object{"parent": "gpa-combined@1.0.0", "version": "1.7.0"}).want(404)
		lead.post("/framework-drafts", object{"parent": "gpa-combined@1.0.0", "version": "0.9.0"}).want(422).wantPointer("#/version")
		made := lead.post("/framework-drafts", object{"parent": "gpa-combined@1.0.0", "version": "1.7.0", "title": "Ours"}).want(201)
		path := "/framework-drafts/" + made.text("id")
		if items := lead.get("/framework-drafts").want(200).at("items").([]any); len(items) != 1 {
			t.Errorf("%d drafts", len(items))
		}
		for _, outsider := range []client{gp, other} {
			outsider.get(path).want(404)
			outsider.put(path, object{}, header("If-Match", "*")).want(404)
			outsider.post(path+"/publication", nil).want(404)
			outsider.get(path + "/changes").want(404)
		}

		document := made.at("document").(map[string]any)
		lead.put(path, document).want(428)
		lead.put(path, document, header("If-Match", `"9-0"`)).want(412)
		document["colour"] = "red"
		lead.put(path, document, header("If-Match", "*")).want(422).wantPointer("#/colour")
		delete(document, "colour")
		document["id"] = "another"
		lead.put(path, document, header("If-Match", "*")).want(422).wantPointer("#/id")
		document["id"] = "gpa-combined"
		first := document["domains"].([]any)[0].(map[string]any)["competencies"].([]any)[0].(map[string]any)
		first["statement"] = ""
		broken := lead.put(path, document, header("If-Match", made.Header.Get("ETag"))).want(200)
		problems := broken.at("problems").([]any)
		if len(problems) != 1 || problems[0].(map[string]any)["pointer"] != "#/domains/0/competencies/0/statement" {
			t.Errorf("problems %v", problems)
		}
		national.post(path+"/publication", nil).want(409)
		first["statement"] = "Does it well."
		lead.put(path, document, header("If-Match", made.Header.Get("ETag"))).want(412)
		mended := lead.put(path, document, header("If-Match", broken.Header.Get("ETag"))).want(200)
		if n := len(mended.at("problems").([]any)); n != 0 {
			t.Errorf("%d problems are left", n)
		}
		if changes := lead.get(path + "/changes").want(200); !strings.Contains(string(changes.Body), "Statement") {
			t.Errorf("changes %s", changes.Body)
		}

		lead.post(path+"/reviewers", object{"email": "nobody@example.org"}).want(422).wantPointer("#/email")
		lead.post(path+"/reviewers", object{"email": h.GP.Email}).want(201)
		gp.put(path, document, header("If-Match", "*")).want(403)
		gp.post(path+"/comments", object{"place": "NOWHERE", "text": "Hm"}).want(422).wantPointer("#/place")
		said := gp.post(path+"/comments", object{"place": first["code"], "text": "Better"}).want(201)
		comment := said.at("comments").([]any)[0].(map[string]any)["id"].(string)
		lead.post(path+"/comments/"+comment+"/resolution", nil).want(200)
		gp.post(path+"/reviews", object{"decision": "changes"}).want(422).wantPointer("#/comment")
		gp.post(path+"/reviews", object{"decision": "approve"}, header("If-Match", made.Header.Get("ETag"))).want(412)
		gp.post(path+"/reviews", object{"decision": "approve"}, header("If-Match", gp.get(path).want(200).Header.Get("ETag"))).want(201)
		lead.post(path+"/publication", nil).want(403)
		published := national.post(path+"/publication", nil).want(200)
		if published.text("state") != "published" {
			t.Errorf("published %s", published.text("state"))
		}
		if f := lead.get("/frameworks/gpa-combined").want(200); f.text("version") != "1.7.0" {
			t.Errorf("the newest version is %s", f.text("version"))
		}
		lead.post(path+"/discarding", nil).want(409)
	})
}

func TestASpreadsheetGoesIntoADraftWholeOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := h.as(t, h.HubLead)
		made := lead.post("/framework-drafts", object{"parent": "gpa-combined@1.0.0", "version": "1.0.0", "id": "leeds-gpa"}).want(201)
		path := "/framework-drafts/" + made.text("id")
		csv := "domain_code,domain_title,code,title,statement,pieces\nA,First,A1,One,Does one thing,2\nA,First,A2,Two,Does another,%\n"
		refused := lead.upload(path+"/imports", "ours.csv", []byte(strings.Replace(csv, "%", "two", 1))).want(422)
		if !strings.Contains(string(refused.Body), "row 3, column F (pieces)") {
			t.Errorf("refused with %s", refused.Body)
		}
		good := []byte(strings.Replace(csv, "%", "1", 1))
		lead.upload(path+"/imports", "ours.csv", good, header("If-Match", `"7-0"`)).want(412)
		dry := lead.upload(path+"/imports?dry_run=true", "ours.csv", good).want(200)
		if dry.at("dry_run") != true || len(dry.at("remarks").([]any)) == 0 {
			t.Errorf("dry run %s", dry.Body)
		}
		if lead.get(path).want(200).Header.Get("ETag") != made.Header.Get("ETag") {
			t.Error("a dry run changed the draft")
		}
		lead.upload(path+"/imports", "ours.csv", good).want(200)
		if domains := lead.get(path).want(200).at("document").(map[string]any)["domains"].([]any); len(domains) != 1 {
			t.Errorf("%d domains after the import", len(domains))
		}
		h.as(t, h.GP).upload(path+"/imports", "ours.csv", good).want(404)
		if lead.post(path+"/discarding", nil).want(200).text("state") != "discarded" {
			t.Error("it isn't discarded")
		}
	})
}
