// Package pdf makes the portfolio as a PDF. It is the only user of gofpdf,
// which is at the end of its life upstream: what draws stays behind the small
// layout layer of this package (doc, span, table and the like), so that
// another library can take its place.
//
// A document is made in three steps. The layout draws everything in reading
// order, with an empty stand-in for each picture. Then the contents, the
// running heads and the page numbers are filled in. Last, an incremental
// update of the file (ISO 32000-1, 7.5.6) puts the pictures in the place of
// their stand-ins and adds what gofpdf can't write: the language, the title
// bar and a proper outline. So no more than one picture is ever in memory,
// and the same portfolio gives the same bytes.
package pdf
