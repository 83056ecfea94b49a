package web_test

import (
	"net/http"
	"testing"
)

func TestFirstLook(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, s *site) {
		c := s.as(t, s.Apprentice)
		c.get("/", http.StatusOK).wants("What to do next")
		app := "/apprenticeships/" + string(s.App.ID)
		for _, path := range []string{"", "/competencies", "/scope", "/evidence", "/evidence/new", "/evidence/new?kind=observation"} {
			c.get(app+path, http.StatusOK)
		}
	})
}
