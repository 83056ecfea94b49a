// Package files takes attachments in and keeps their content.
//
// An Intake decides whether an uploaded file may be kept and in which form; a
// Folder keeps content under the SHA-256 of its bytes. What belongs to whom,
// and under which name, is the database's business: nothing here is ever named
// by a user. Content whose record was never committed is an orphan, which a
// job finds with Walk and deletes when it is a day old.
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
//     opaque (see keepPNG).
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
// in github.com/gen2brain/heic was tried on 28 photos of 8 to 24 megapixels
// made by phones of Apple, Samsung, Xiaomi and Nokia (grids of tiles, turned by
// irot, 8 and 10 bits): all come out right, PSNR over 46 dB against libheif's own
// programme. It is used, with three cares (heichelper.go): compiled WASM can't
// be interrupted and holds up the garbage collector, and with it every
// goroutine, for as long as it runs (1.1 s measured for 12 megapixels), so it
// runs in a process of its own, which is this same program, bounded in time
// and memory; and that process has a memory that grows in place, since the
// runtime's own way took 440 MB where 106 were needed. Where a process can't
// be started the photo is refused with advice to save it as JPEG.
//
// Build with -tags nodynamic. Without it the decoder's package links the
// system's dynamic loader into a binary that is otherwise static, and looks
// for a system libheif at every start (it is never used here).
//
// # Memory
//
// An upload is spooled to disk, so a slow or a big one holds 32 kB. One file
// at a time in the whole process, whoever sends it, is decoded or searched; at
// most that takes (measured, see the benchmarks): 12-megapixel JPEG 60 MB,
// 50-megapixel JPEG 200 MB, 50-megapixel PNG of 16 bits 420 MB, HEIC 1.5
// bytes a pixel here and 9 in the helper, text and DOCX about 100 MB.
package files
