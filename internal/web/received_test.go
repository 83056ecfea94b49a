package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/store"
	"countersign/internal/store/storetest"
)

// fromElsewhere is the package of an apprenticeship of another installation,
// on which raising was decided.
func fromElsewhere(t *testing.T) []byte {
	t.Helper()
	clock := storetest.NewClock()
	st, err := store.Open(t.Context(), storetest.SQLite(t), store.Options{Now: clock.Now}) // with identifiers of its own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	there := newSite(t, st, clock)
	asha := there.as(t, there.Apprentice)
	asha.observation().with("title", "A clinic elsewhere").with("narrative", "Elsewhere I took readings").send(http.StatusOK, "intent", "submit")
	there.as(t, there.GP).post(there.competency(raising)+"/sign-offs", url.Values{"decision": {"not_yet_competent"}, "comment": {"Try again"}, "version": {"1"}}, http.StatusOK)
	return asha.get(there.path("/portfolio.zip"), http.StatusOK).body
}

// received is what the practice received from there.
func (s *site) received(t *testing.T) countersign.Received {
	t.Helper()
	data := fromElsewhere(t)
	got, _, err := s.svc.ReceivePackage(t.Context(), s.Actor(t, s.Manager), s.Practice.Code, bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAPortfolioFromElsewhereIsReceivedReadAndAccepted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		data := fromElsewhere(t)
		manager, gp := s.as(t, s.Manager), s.as(t, s.GP)
		manager.get("/apprenticeships", http.StatusOK).wants("Portfolios from elsewhere")
		manager.get("/received", http.StatusOK).wants("Receive a portfolio", "Nothing has been received")
		manager.get("/received/new", http.StatusOK).wants("Transfer package")

		send := func(content []byte, status int) *page {
			return manager.upload("/received/new", url.Values{"practice": {s.Practice.Code}}, []file{{"package", "asha.zip", content}}, status)
		}
		send(data[:len(data)-9], http.StatusUnprocessableEntity).wants("There is a problem", "The package cannot be used: it is not a whole ZIP file")
		altered := bytes.Clone(data)
		altered[len(data)/2] ^= 1
		send(altered, http.StatusUnprocessableEntity).wants("The package cannot be used")
		send(nil, http.StatusUnprocessableEntity).wants("Select a transfer package")
		shown := send(data, http.StatusOK).wants("Every hash in the package is right", "Not part of this installation yet", "https://learn.example.org", "A GP supervisor of Oakwood Surgery decides about it").
			lacks("Elsewhere I took readings", "Try again")
		send(data, http.StatusOK).wants("had been received already")

		home := gp.get("/", http.StatusOK).wants("To read and decide", "for a GP supervisor of Oakwood Surgery to accept or decline it")
		home.get(home.link("Look at the portfolio of Asha Patel")).wants("Accept the portfolio")
		manager.get("/", http.StatusOK).wants("To read and decide")
		s.as(t, s.Apprentice).get("/", http.StatusOK).lacks("To read and decide")
		gp.get("/received", http.StatusOK).wants("Asha Patel", "To be decided").lacks("Receive a portfolio")
		gp.get(shown.path, http.StatusOK).wants("Made at https://learn.example.org by Dr Megan Bell, GP supervisor", "A clinic elsewhere", "Elsewhere I took readings")
		if again := gp.get(shown.path+"/package.zip", http.StatusOK); !bytes.Equal(again.body, data) {
			t.Error("what is downloaded isn't what was received")
		}
		manager.get(shown.path+"/package.zip", http.StatusForbidden)
		manager.get(shown.path+"/acceptance", http.StatusForbidden)
		gp.get(shown.path+"/refusal", http.StatusOK)
		gp.post(shown.path+"/refusal", url.Values{"version": {"1"}}, http.StatusUnprocessableEntity).wants("Enter why you decline this portfolio")
		gp.get(shown.path+"/acceptance", http.StatusOK).wants("is invited by email at asha@example.org")
		// Asha has an active apprenticeship on the framework here.
		gp.post(shown.path+"/acceptance", url.Values{"version": {"1"}}, http.StatusConflict)
		s.away(t, s.Apprentice)
		gp.post(shown.path+"/acceptance", url.Values{"version": {"9"}}, http.StatusConflict).wants("changed since you opened it")
		record := gp.post(shown.path+"/acceptance", url.Values{"version": {"1"}}, http.StatusOK).wants("part of this installation now", "Asha Patel")
		gp.get(record.path+"/competencies/"+raising, http.StatusOK).wants("GP supervisor, made at https://learn.example.org", "Try again")
		gp.get(record.path+"/portfolio", http.StatusOK).wants("made at https://learn.example.org", "A clinic elsewhere")
		if text := strings.Join(pdfLines(t, gp.get(record.path+"/portfolio.pdf", http.StatusOK).body), " "); !strings.Contains(text, "made at https://learn.example.org") {
			t.Error("the PDF doesn't say where the decision was made")
		}
		gp.get(record.path+"/programme", http.StatusOK).wants("Received from", "https://learn.example.org, accepted by Dr Megan Bell on 2 March 2026")
		gp.get(shown.path, http.StatusOK).wants("Accepted", "Open the record").lacks("Decline it")
		gp.get("/", http.StatusOK).lacks("To read and decide")
		gp.get(shown.path+"/acceptance", http.StatusConflict).wants("has been accepted already")
	})
}

func TestADeclinedPortfolioSaysWhyAndHoldsNothing(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		path := "/received/" + string(s.received(t).ID)
		gp := s.as(t, s.GP)
		gp.post(path+"/refusal", url.Values{"version": {"1"}, "reason": {"She went elsewhere"}}, http.StatusOK).wants("Declined", "She went elsewhere").lacks("A clinic elsewhere")
		s.as(t, s.Manager).get(path, http.StatusOK).wants("She went elsewhere")
		gp.get(path+"/package.zip", http.StatusForbidden)
		s.as(t, s.OtherGP).get(path, http.StatusNotFound)
		s.as(t, s.Mentor).get("/received", http.StatusNotFound)
	})
}

// away gives somebody another e-mail address.
func (s *site) away(t *testing.T, p countersign.Person) {
	t.Helper()
	if err := s.store.Write(t.Context(), func(tx *store.Tx) error {
		p.Email = "away@example.org"
		_, err := tx.ChangePerson(p, p.Version)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
