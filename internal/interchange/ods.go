package interchange

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"countersign/internal/countersign"
)

// The columns of epraccur.csv, which has no header.
const (
	odsCode    = 0
	odsName    = 1
	odsRegion  = 2
	odsBoard   = 3
	odsOpened  = 10
	odsClosed  = 11
	odsStatus  = 12
	odsSetting = 25
	odsColumns = 27

	odsGP = "4" // the prescribing setting of a GP practice
)

// maxODSLine bounds one line, in bytes, maxODSRows how many rows there are, three
// times those of the real file, and maxODSRefused how many lines are said to be
// wrong one by one.
const (
	maxODSLine    = 16 << 10
	maxODSRows    = 50_000
	maxODSRefused = 500
)

// ReadPractices reads epraccur.csv of the Organisation Data Service, line by
// line, and hands each row over in the file's order. A row that is wrong is
// left out and named in the result; a file that can't be epraccur.csv is
// refused whole, by the name it is given here.
func ReadPractices(name string, r io.Reader, each func(countersign.ODSPractice) error) ([]countersign.FileLine, error) {
	f := odsFile{name: name, columns: odsColumns, seen: map[string]int{}}
	return f.read(r, func(line int, c []string) (code, wrong string, err error) {
		p := countersign.ODSPractice{
			Line: line, Code: c[odsCode], Name: tidyName(c[odsName]), Region: c[odsRegion], Board: c[odsBoard],
			Status: countersign.ODSStatus(c[odsStatus]), GP: c[odsSetting] == odsGP,
		}
		if wrong = odsPractice(&p, c); wrong == "" && f.first(p.Code, line, &wrong) {
			err = each(p)
		}
		return p.Code, wrong, err
	})
}

// odsPractice reads what can be wrong in a row, and says what is.
func odsPractice(p *countersign.ODSPractice, c []string) (wrong string) {
	var ok bool
	switch {
	case !placeCode.MatchString(p.Code):
		return quoted(p.Code) + " is not a code of letters and digits"
	case p.Name == "":
		return p.Code + " has no name"
	case utf8.RuneCountInString(p.Name) > 200:
		return "the name of " + p.Code + " is longer than 200 characters"
	case !strings.Contains("A C D P", c[odsStatus]) || len(c[odsStatus]) != 1:
		return "the status of " + p.Code + " is " + quoted(c[odsStatus]) + "; it must be A, C, D or P"
	case p.Region != "" && !placeCode.MatchString(p.Region), p.Board != "" && !placeCode.MatchString(p.Board):
		return "the region or the board of " + p.Code + " is not a code of letters and digits"
	}
	if p.Opened, ok = odsDate(c[odsOpened]); !ok {
		return "the opening date of " + p.Code + " is " + quoted(c[odsOpened]) + "; it must be a date such as 20240401"
	}
	if p.Closed, ok = odsDate(c[odsClosed]); !ok {
		return "the closing date of " + p.Code + " is " + quoted(c[odsClosed]) + "; it must be a date such as 20240401"
	}
	switch {
	case !p.Closed.IsZero() && p.Closed.Before(p.Opened):
		return p.Code + " closed on " + p.Closed.Long() + ", before it opened on " + p.Opened.Long()
	case p.Status == countersign.ODSClosed && p.Closed.IsZero():
		return p.Code + " is closed, but there is no closing date"
	}
	return ""
}

// icbHeader is the header of icb.csv.
var icbHeader = []string{"code", "name", "region_code", "region"}

// ReadBoards reads icb.csv, the integrated care boards and their regions, in
// the same way.
func ReadBoards(name string, r io.Reader) ([]countersign.ODSBoard, []countersign.FileLine, error) {
	f := odsFile{name: name, columns: len(icbHeader), header: icbHeader, seen: map[string]int{}}
	var boards []countersign.ODSBoard
	wrong, err := f.read(r, func(line int, c []string) (string, string, error) {
		b := countersign.ODSBoard{Line: line, Code: c[0], Name: oneLine(c[1]), Region: c[2], RegionName: oneLine(c[3])}
		wrong := ""
		switch {
		case !boardCode.MatchString(b.Code):
			wrong = quoted(b.Code) + " is not the code of a board, such as QHM"
		case !regionCode.MatchString(b.Region):
			wrong = quoted(b.Region) + " is not the code of a region, such as Y63"
		case b.Name == "" || b.RegionName == "":
			wrong = b.Code + " or its region has no name"
		case utf8.RuneCountInString(b.Name) > 180 || utf8.RuneCountInString(b.RegionName) > 200:
			wrong = "a name of " + b.Code + " is too long"
		case f.first(b.Code, line, &wrong):
			boards = append(boards, b)
		}
		return b.Code, wrong, nil
	})
	return boards, wrong, err
}

var (
	placeCode  = regexp.MustCompile(`^[A-Z0-9]{2,12}$`)
	boardCode  = regexp.MustCompile(`^Q[A-Z0-9]{2}$`)
	regionCode = regexp.MustCompile(`^Y[0-9]{2}$`)
)

// odsDate reads 20240401; nothing is the zero date.
func odsDate(s string) (countersign.Date, bool) {
	if s == "" {
		return countersign.Date{}, true
	}
	at, err := time.Parse("20060102", s)
	return countersign.On(at.Date()), err == nil && at.Year() >= 1900
}

// odsFile reads a file whose rows are one line each, so that a wrong one
// doesn't take those after it along.
type odsFile struct {
	name    string
	columns int
	header  []string // nil: there is none
	seen    map[string]int
	rows    int // that were right
	wrong   []countersign.FileLine
}

// first reports whether a code is there for the first time, and says so if not.
func (f *odsFile) first(code string, line int, wrong *string) bool {
	if before, twice := f.seen[code]; twice {
		*wrong = fmt.Sprintf("%s is there already, in line %d", code, before)
		return false
	}
	f.seen[code] = line
	return true
}

func (f *odsFile) refuse(line int, says string) {
	switch n := len(f.wrong); {
	case n < maxODSRefused:
		f.wrong = append(f.wrong, countersign.FileLine{Line: line, Says: says})
	case n == maxODSRefused:
		f.wrong = append(f.wrong, countersign.FileLine{Says: "more lines are wrong than are listed here"})
	}
}

func (f *odsFile) whole(says string) error {
	return &Error{Name: f.name, Problems: []Remark{{Message: says}}}
}

// read hands over the cells of each line, and refuses what row says is wrong.
func (f *odsFile) read(r io.Reader, row func(line int, cells []string) (code, wrong string, err error)) ([]countersign.FileLine, error) {
	in := bufio.NewReaderSize(r, maxODSLine)
	if says := notText(in); says != "" {
		return nil, f.whole(says)
	}
	for line := 1; ; line++ {
		text, err := in.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if long {
			f.refuse(line, "the line is too long")
		} else if e := f.line(line, text, row); e != nil {
			return nil, e
		}
		if err != nil {
			break
		}
		if line == 50 && f.rows == 0 && len(f.wrong) > 0 {
			return nil, f.whole("none of the first 50 lines is a row of it: " + f.wrong[0].Says)
		}
	}
	if f.rows == 0 {
		says := "there is no row in it"
		if len(f.wrong) > 0 {
			says += fmt.Sprintf(". Line %d: %s", f.wrong[0].Line, f.wrong[0].Says)
		}
		return nil, f.whole(says)
	}
	return f.wrong, nil
}

// notText says what a file is that can't be read line by line.
func notText(in *bufio.Reader) string {
	start, _ := in.Peek(512)
	start = []byte(strings.TrimPrefix(string(start), "\ufeff"))
	switch first := strings.TrimSpace(string(start)); {
	case strings.HasPrefix(first, "PK\x03\x04"):
		return "this is a ZIP file or a workbook: unpack it, or save it as CSV"
	case strings.HasPrefix(first, "<"):
		return "this is a web page, not CSV: download the file itself"
	case strings.HasPrefix(first, "\xff\xfe"), strings.HasPrefix(first, "\xfe\xff"):
		return "the file is UTF-16: save it as “CSV UTF-8”"
	}
	return ""
}

func (f *odsFile) line(line int, text []byte, row func(int, []string) (string, string, error)) error {
	s := strings.TrimRight(string(text), "\r\n")
	if line == 1 {
		s = strings.TrimPrefix(s, "\ufeff")
	}
	if strings.TrimSpace(s) == "" {
		return nil
	}
	if !utf8.ValidString(s) {
		s, _ = charmap.Windows1252.NewDecoder().String(s) // what spreadsheets write here
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) && r != '\t' }) {
		f.refuse(line, "there are characters in it that are no text")
		return nil
	}
	cells := cellsOf(s)
	if cells == nil {
		f.refuse(line, "the quotation marks don't fit together")
		return nil
	}
	if f.header != nil && line == 1 {
		if strings.ToLower(strings.Join(cells, ",")) != strings.Join(f.header, ",") {
			return f.whole("its first line must be " + strings.Join(f.header, ","))
		}
		return nil
	}
	if len(cells) != f.columns {
		f.refuse(line, fmt.Sprintf("it has %d columns; there must be %d", len(cells), f.columns))
		return nil
	}
	code, wrong, err := row(line, cells)
	if wrong != "" {
		f.refuse(line, wrong)
	} else if code != "" {
		f.rows++
	}
	if f.rows > maxODSRows {
		return f.whole(fmt.Sprintf("it has more than %d rows, so it is not that file", maxODSRows))
	}
	return err
}

// cellsOf splits a line, or returns nil if it can't.
func cellsOf(line string) []string {
	c := csv.NewReader(strings.NewReader(line))
	c.FieldsPerRecord = -1
	cells, err := c.Read()
	if err != nil {
		return nil
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}
