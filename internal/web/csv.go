package web

import (
	"iter"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"countersign/internal/countersign"
	"countersign/internal/interchange"
)

// sendCSV answers with rows of typed cells, as those of an interchange.Sheet,
// as a file that spreadsheets open. Nothing is sent before all of it is there,
// so that an error never ends as half a file.
func sendCSV(c echo.Context, name string, columns []string, rows iter.Seq2[[]any, error]) error {
	out := [][]string{columns}
	for row, err := range rows {
		if err != nil {
			return err
		}
		out = append(out, inWords(row))
	}
	data, err := interchange.EncodeCSV(out, true)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8; header=present", data)
}

// inWords writes typed cells as those of a CSV file: text so that it can't be
// read as a formula, and a number as it is, also one below nought.
func inWords(row []any) []string {
	words := make([]string, len(row))
	for i, cell := range row {
		switch v := cell.(type) {
		case string:
			words[i] = harmless(v)
		case int:
			words[i] = strconv.Itoa(v)
		case float64:
			words[i] = strconv.FormatFloat(v, 'f', -1, 64)
		case bool:
			words[i] = strconv.FormatBool(v)
		case countersign.Date:
			words[i] = v.String()
		}
	}
	return words
}

// harmless keeps a spreadsheet from reading text as a formula: an apostrophe
// before it makes it text.
func harmless(s string) string {
	if interchange.Formula(s) {
		return "'" + s
	}
	return s
}
