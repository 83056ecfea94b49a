package interchange

import (
	"fmt"
	"time"

	"countersign/internal/countersign"
)

// Format is a kind of file that a framework travels in.
type Format string

// The formats. Decode doesn't read YAML: that is the framework file itself.
const (
	YAML      Format = "yaml"
	CASE      Format = "case"
	MoodleCSV Format = "moodle-csv"
	CSV       Format = "csv"
	XLSX      Format = "xlsx"
)

// Formats returns all formats.
func Formats() []Format { return []Format{YAML, CASE, MoodleCSV, CSV, XLSX} }

// ImportFormats returns the formats that Decode reads.
func ImportFormats() []Format { return []Format{CASE, MoodleCSV, CSV, XLSX} }

var files = map[Format]struct{ mediaType, ending string }{
	YAML:      {"application/yaml", ".yaml"},
	CASE:      {"application/json", ".case.json"},
	MoodleCSV: {"text/csv; charset=utf-8; header=present", ".moodle.csv"},
	CSV:       {"text/csv; charset=utf-8; header=present", ".csv"},
	XLSX:      {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"},
}

// MediaType is the format's media type; empty for an unknown format.
func (f Format) MediaType() string { return files[f].mediaType }

// FileName is what a download of the framework in this format is called.
func (f Format) FileName(id, version string) string { return id + "-" + version + files[f].ending }

// Release is a framework version with what an export says about it.
type Release struct {
	Framework countersign.Framework
	File      []byte                 // the framework file, byte for byte
	Previous  *countersign.Framework // the version before; nil if there is none
	ChangedAt time.Time              // when this version was loaded
	BaseURL   string                 // of this installation, without a slash at the end
}

// Encode writes the release in a format.
func (r Release) Encode(format Format) ([]byte, error) {
	switch format {
	case YAML:
		return r.File, nil
	case CASE:
		return r.Package().encode()
	case MoodleCSV:
		return writeMoodle(r.Framework)
	case CSV:
		return writeCSV(r.Framework)
	case XLSX:
		return writeXLSX(r.Framework)
	}
	return nil, countersign.Refuse(countersign.NotFound, fmt.Sprintf("There is no format %q", format))
}

// Options are what a file doesn't say about the framework that it becomes.
type Options struct {
	Name        string                 // of the file, for messages
	ID, Version string                 // instead of what the file says
	Title       string                 // likewise
	Base        *countersign.Framework // gives what the format has no place for: programme, scale, signing, role
}

// Decode reads a framework. Its errors are of type *Error and of kind
// countersign.Invalid, and then there is no draft.
func Decode(format Format, data []byte, o Options) (Draft, error) {
	b := newBuilder(o)
	switch format {
	case CASE:
		b.readCASE(data)
	case MoodleCSV:
		b.readMoodle(data)
	case CSV:
		b.readCSV(data)
	case XLSX:
		b.readXLSX(data)
	default:
		return Draft{}, countersign.Refuse(countersign.Invalid, fmt.Sprintf("Files of the format %q can't be imported", format))
	}
	return b.finish()
}
