package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"countersign/internal/interchange"
)

// sendCSV answers with rows as a file that spreadsheets open.
func sendCSV(c echo.Context, name string, rows [][]string) error {
	for i, row := range rows {
		rows[i] = make([]string, len(row))
		for j, cell := range row {
			rows[i][j] = harmless(cell)
		}
	}
	data, err := interchange.EncodeCSV(rows, true)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8; header=present", data)
}

// harmless keeps a spreadsheet from reading text as a formula: an apostrophe
// before it makes it text.
func harmless(s string) string {
	if interchange.Formula(s) {
		return "'" + s
	}
	return s
}
