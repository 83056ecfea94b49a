package interchange

import (
	"path/filepath"
	"strings"

	"countersign/internal/countersign"
	"countersign/internal/framework"
)

// Into reads a file into a draft, by the ending of its name: a framework file
// (.yaml, .yml) becomes the whole document, under the draft's version; a
// spreadsheet (.xlsx, otherwise CSV) becomes its domains, and what has no
// column stays as it is. The remarks are those of Decode, and so are the
// errors; that the file is about another framework is Invalid for "file".
func Into(draft framework.File, name string, data []byte) (framework.File, []Remark, error) {
	format := CSV
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		read, err := framework.Open(data)
		if err == nil && read.ID != draft.ID {
			err = countersign.InvalidField("file", "The file is about another framework: "+read.ID)
		}
		return read.Copy(read.ID, draft.Version, ""), nil, err
	case ".xlsx":
		format = XLSX
	}
	base := draft.Framework()
	sheet, err := Decode(format, data, Options{Name: name, ID: base.ID, Version: base.Version, Title: base.Title, Base: &base})
	if err != nil {
		return draft, nil, err
	}
	out, err := draft.WithDomains(sheet.File)
	return out, sheet.Report, err
}
