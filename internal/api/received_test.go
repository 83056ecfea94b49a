package api_test

import (
	"bytes"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// elsewhere returns the package of an apprenticeship of another installation.
func elsewhere(t *testing.T) []byte {
	t.Helper()
	clock := storetest.NewClock()
	st, err := store.Open(t.Context(), storetest.SQLite(t), store.Options{Now: clock.Now}) // with identifiers of its own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	there := newHouse(t, st, clock)
	there.as(t, there.GP).post(there.path("/sign-offs"), object{"competency": "GPA-AD1", "decision": "not_yet_competent", "comment": "Try again"}).want(201)
	return there.as(t, there.Apprentice).get(there.path("/portfolio.zip")).want(200).Body
}

func TestAPackageIsReceivedAndDecidedOverREST(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		data, manager, gp := elsewhere(t), h.as(t, h.Manager), h.as(t, h.GP)
		to := "/organisations/" + h.Practice.Code + "/received-packages"
		manager.upload(to, "asha.zip", data[:len(data)/2]).want(422)
		h.as(t, h.OtherHubLead).upload(to, "asha.zip", data).want(404)
		got := manager.upload(to, "asha.zip", data).want(201)
		if got.text("state") != "received" || got.text("apprentice_name") != "Asha Patel" || got.text("origin") != "https://learn.example.org" || got.at("decided_by") != nil {
			t.Errorf("received %s", got.Body)
		}
		manager.upload(to, "asha.zip", data).want(200)
		one := "/received-packages/" + got.text("id")
		if n := len(gp.get("/received-packages").want(200).list("items")); n != 1 {
			t.Errorf("%d packages", n)
		}
		if again := gp.get(one + "/package.zip").want(200); !bytes.Equal(again.Body, data) {
			t.Error("what is downloaded isn't what was received")
		}
		manager.get(one).want(200)
		manager.get(one + "/package.zip").want(403)
		manager.post(one+"/decision", object{"decision": "accept"}).want(403)
		for _, p := range []countersign.Person{h.OtherGP, h.Apprentice, h.Mentor} {
			h.as(t, p).get(one).want(404)
			h.as(t, p).post(one+"/decision", object{"decision": "accept"}).want(404)
		}
		gp.post(one+"/decision", object{"decision": "decline"}).want(422)
		gp.post(one+"/decision", object{"decision": "accept"}, ifMatch(`"9"`)).want(412)
		gp.post(one+"/decision", object{"decision": "accept"}).want(409) // Asha has an active apprenticeship on the framework
		if got := gp.post(one+"/decision", object{"decision": "decline", "reason": "She is here already"}).want(200); got.text("state") != "declined" || got.text("reason") != "She is here already" {
			t.Errorf("declined %s", got.Body)
		}
	})
}
