package board_test

import (
	"testing"
	"time"

	"countersign/internal/board"
	"countersign/internal/countersign"
	"countersign/internal/view"
)

func TestARowOfAPastMonthIsAsAtItsEnd(t *testing.T) {
	t.Parallel()
	page := view.NewDashboardPage("Dales Training Hub", "HUB-DALES")
	page.Day = countersign.On(2026, time.November, 23)
	october := countersign.MonthOf(countersign.On(2026, time.October, 5))
	page.Trend = []view.MonthFigures{{Month: october}}
	rows := board.Rows(page)
	if len(rows) != 2 || rows[0][3] != page.Day || rows[1][0] != "month" || rows[1][3] != october.Last() {
		t.Errorf("the rows are as at %v and %v, want %v and %v", rows[0][3], rows[1][3], page.Day, october.Last())
	}
}
