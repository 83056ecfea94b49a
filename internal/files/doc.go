// Package files takes attachments in and keeps their content.
//
// An Intake decides whether an uploaded file may be kept and in which form; a
// Vault keeps content under the SHA-256 of its bytes, encrypted, in a Folder or
// in a Bucket of S3-compatible storage. What belongs to whom, and under which
// name, is the database's business: nothing here is ever named by a user.
// Content whose record was never committed is an orphan, which a job deletes
// with Collect when it is a day old.
//
// # What is accepted
//
// PDF, JPEG, PNG, HEIC, DOCX and plain text in UTF-8, up to MaxSize bytes, decided
// by the content and never by the name or by what the browser says. The name's
// extension is corrected to what was found.
//
//   - Photos are decoded and encoded again, upright. Nothing of the upload
//     survives but the picture: no place, time, camera or owner, no colour profile,
//     nothing appended to the file. HEIC becomes JPEG. Each also gets a
//     Rendition for the portfolio. PNG is kept as PNG unless it is big and
//     opaque (see keepPNG); what a PNG says of its orientation isn't heeded.
//   - DOCX is unpacked once to check it: within bounds, undamaged, no macros.
//     It is kept as it came, so pictures inside it keep their metadata.
//   - PDF is checked for a beginning and an end, and kept as it came. Its text
//     isn't searched for patients yet.
//   - The text of plain text and of DOCX, and the file's name, go through the
//     Guard, which refuses what could identify a patient.
//
// # HEIC
//
// Phones write HEIC, and Go has no decoder for it. The WASM build of libheif
// in github.com/gen2brain/heic was tried on 16 photos of 5 to 16 megapixels by
// phones of Apple, Samsung, Xiaomi and Nokia (grids of tiles, turned by irot)
// and on the HEIF conformance files: all the photos come out right, PSNR over
// 46 dB against libheif's own programme, and so do 8, 10 and 12 bits, crops
// and mirrors. It is used, with three cares (heichelper.go):
//
//   - Compiled WASM can't be interrupted, and the garbage collector waits for
//     it, and every goroutine for that: stalls of 1.9 s were measured for 12
//     megapixels. Compiled to be interruptible it is six times slower. So it runs in
//     a process of its own, which is this same program, bounded in time.
//   - The memory of that process is bounded too, and grows in place; left to
//     itself it grows by copying, 440 MB where 106 are needed.
//   - Where a process can't be started, and for what it can't decode (image
//     sequences, AV1), the photo is refused with advice to save it as JPEG.
//
// As HEIF asks, irot and imir turn the photo and Exif doesn't. A photo in
// video range, which phones don't write, comes out paler than it should.
//
// Build with -tags nodynamic. Without it the decoder's package links the
// system's dynamic loader into a binary that is otherwise static, and looks
// for a system libheif at every start (it is never used here).
//
// # Time and memory
//
// An upload is spooled to disk, so a slow or a big one holds 32 kB. One file
// at a time in the whole process, whoever sends it, is decoded or searched,
// for a minute at most. Measured on two cores, above what the process has
// anyway:
//
//	JPEG, 12 megapixels                      0.6 s    30 MB
//	JPEG, 50 megapixels                      1.9 s   100 MB, turned 170 MB
//	JPEG in layers, 25 megapixels, 4:4:4     1.7 s   380 MB
//	PNG, 50 megapixels                       3.3 s   220 MB
//	PNG of 16 bits, 25 megapixels            2.7 s   390 MB
//	HEIC, 12 megapixels                      2.4 s    30 MB, and 150 MB in the helper
//	HEIC, 50 megapixels                      9.4 s    90 MB, and 370 MB in the helper
//	text of 20 MB                            0.2 s    60 MB
package files
