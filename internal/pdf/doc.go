// Package pdf makes the portfolio as a PDF. It is the only user of gofpdf,
// which is at the end of its life upstream: what draws stays behind the small
// layout layer of this package (doc, span, table and the like), so that
// another library can take its place.
//
// A document is made in three steps. The layout draws everything in reading
// order, with an empty stand-in for each picture, and marks what each part is:
// heading, paragraph, cell, link, or for the eye only. Then the contents, the
// running heads and the page numbers are filled in. Last, the file is written
// anew with the pictures in the place of their stand-ins and with what gofpdf
// can't write: the structure that the marks belong to, the outline, the links,
// and what makes it a PDF/A-1b file. So no more than one picture is ever in
// memory, and the same portfolio gives the same bytes.
//
// A manifest, which the caller makes from the digests of the finished file, may
// be embedded after that; Open finds it again.
package pdf
