package view

import "testing"

func TestWhatIsHeldAboutSomebodyReadsAsPagesDo(t *testing.T) {
	t.Parallel()
	s := PersonalSection{Table: "hours", Columns: []string{"id", "on", "entered_at", "note"}, Rows: [][]string{{"0198c0de", "2026-11-02", "2026-11-03T10:00:00.000000Z", "Room 2"}}}
	for i, want := range []string{"0198c0de", "2 November 2026", "3 November 2026 at 10am", "Room 2"} {
		if got := s.Lists()[0].Rows[i].Value; got != want {
			t.Errorf("row %d = %q, want %q", i, got, want)
		}
	}
}
