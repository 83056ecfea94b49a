// Package interchange turns frameworks into the files that other programs
// read, and those files into frameworks: CASE 1.1 (and 1.0) packages, Moodle's
// competency CSV, and plain CSV and XLSX. It reads and writes bytes only.
//
// Encoding is strict: what Release.Encode writes as CASE holds the fields of
// the standard and no other. Decoding is lenient with a report: Decode says
// what it changed, filled in or left out, and where. What would lose or garble
// somebody's words is refused with everything that is wrong at once, and then
// nothing is decoded at all.
//
// CASE has no place for requirements, levels and rules of a programme as
// Countersign knows them. They travel in the notes of the document and of each
// item, as a block of JSON that begins with ```countersign, with the keys of a
// framework file; the field extensions, which 1EdTech's guide forbids to
// providers, stays unused. Another program's package lacks the blocks, and
// gets defaults that the report lists.
package interchange
