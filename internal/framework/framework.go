package framework

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"

	"countersign/internal/countersign"
)

// Parse reads one framework file. It reports every problem it finds as an
// *Error, which is of kind countersign.Invalid, and then the framework is
// zero. Text that isn't YAML at all has one problem, where reading stopped.
//
// name is shown in front of the problems and may be empty. Where it has the
// form of a released file, <id>/<version>.yaml, the id and version in the file
// must be the same.
//
// JSON with the same keys is YAML too and is read alike.
func Parse(name string, data []byte) (countersign.Framework, error) {
	d := decoder{places: map[string]position{}}
	var doc File
	if root := syntax(data, &d.report); root != nil {
		d.value(root, reflect.ValueOf(&doc).Elem(), "", rule{})
		d.check(name, &doc)
	}
	if err := d.err(name); err != nil {
		return countersign.Framework{}, err
	}
	f := doc.framework()
	f.SHA256 = Checksum(data)
	return f, nil
}

// Checksum returns the SHA-256 of a file's bytes as lower-case hex: what makes
// a released version that was edited afterwards noticeable.
func Checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
