package files

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	_ "unsafe" // for go:linkname

	_ "github.com/gen2brain/heic" // carries the WASM build of libheif
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// heicHelper is the name under which decodeHEIC starts this same program to
// be its helper: a photo comes in on standard input, a heicAnswer goes out.
const heicHelper = "countersign-heic-helper"

// A program so named is the helper and nothing else, whichever program it is
// built into, tests among them; so this can't be left to main.
func init() {
	if len(os.Args) == 2 && os.Args[0] == heicHelper {
		if err := helpWithHEIC(os.Stdin, os.Stdout, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

const (
	// heicMemory bounds what the decoder may take. It takes about 9 bytes a
	// pixel, 14 for composed pictures.
	heicMemory = 768 << 20
	// heicSeconds of processor time bound a helper whose parent is gone.
	heicSeconds = 90
)

// helpWithHEIC is what the helper does.
func helpWithHEIC(r io.Reader, w io.Writer, maxPixels string) error {
	limitProcessorTime(heicSeconds)
	limit, err := strconv.Atoi(maxPixels)
	if err != nil {
		return err
	}
	photo, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return err
	}
	ctx := context.Background()
	decoder, err := newHEICDecoder(ctx)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := decoder.answer(ctx, photo, limit, out); err != nil {
		return err
	}
	return out.Flush()
}

// answer decodes a photo and writes a heicAnswer. It fails only where the
// decoder can't be started or w fails.
func (d *heicDecoder) answer(ctx context.Context, photo []byte, maxPixels int, w io.Writer) error {
	lib, err := d.start(ctx)
	if err != nil {
		return err
	}
	defer lib.module.Close(ctx)
	pic, err := lib.decode(ctx, photo, maxPixels)
	var big *tooBigError
	switch {
	case errors.As(err, &big):
		return binary.Write(w, binary.BigEndian, heicAnswer{heicTooBig, 0, uint32(big.width), uint32(big.height)})
	case err != nil: // the photo's fault, as far as can be told
		return binary.Write(w, binary.BigEndian, heicAnswer{Status: heicUnreadable})
	}
	if err := binary.Write(w, binary.BigEndian, heicAnswer{heicDecoded, pic.layout, uint32(pic.width), uint32(pic.height)}); err != nil {
		return err
	}
	return pic.writePlanes(w)
}

// libheifWASM is the decoder, compressed, which its package keeps to itself.
// Its own Decode can't bound memory and reads the size from the first 32 kB
// only, which a photo by Samsung exceeds. Should an upgrade rename it, it is
// empty here and every HEIC test fails.
//
//go:linkname libheifWASM github.com/gen2brain/heic.heifWasm
var libheifWASM []byte

// heicDecoder is the decoder, compiled.
type heicDecoder struct {
	runtime  wazero.Runtime
	compiled wazero.CompiledModule
}

func newHEICDecoder(ctx context.Context) (*heicDecoder, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(libheifWASM))
	if err != nil {
		return nil, fmt.Errorf("libheif: %w", err)
	}
	wasm, err := io.ReadAll(unzipped)
	if err != nil {
		return nil, fmt.Errorf("libheif: %w", err)
	}
	const page = 64 << 10
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(heicMemory/page))
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, runtime); err != nil {
		return nil, fmt.Errorf("libheif: %w", err)
	}
	compiled, err := runtime.CompileModule(ctx, wasm)
	if err != nil {
		return nil, fmt.Errorf("libheif: %w", err)
	}
	return &heicDecoder{runtime, compiled}, nil
}

// libheif is an instance of the decoder with a memory of its own, for one photo.
type libheif struct {
	module      api.Module
	memory      api.Memory
	malloc, run api.Function
}

func (d *heicDecoder) start(ctx context.Context) (*libheif, error) {
	m, err := d.runtime.InstantiateModule(growInPlace(ctx), d.compiled, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("libheif: %w", err)
	}
	return &libheif{m, m.Memory(), m.ExportedFunction("malloc"), m.ExportedFunction("decode")}, nil
}

// heicPicture is a decoded photo in the memory of the decoder.
type heicPicture struct {
	layout        uint8
	width, height int
	planes        []heicPlane
}

type heicPlane struct {
	data              []byte
	rows, row, stride int // count; bytes of a row; bytes from one to the next
}

// decode decodes a photo. Every error but tooBigError means that it can't be.
func (l *libheif) decode(ctx context.Context, photo []byte, maxPixels int) (*heicPicture, error) {
	claimHEIC(photo)
	in, err := l.alloc(ctx, len(photo))
	if err != nil {
		return nil, err
	}
	l.memory.Write(in, photo)
	const results = 5 // width, height, colour space, chroma, premultiplied: 4 bytes each
	at, err := l.alloc(ctx, 4*results)
	if err != nil {
		return nil, err
	}
	// int decode(in, size, config_only, width*, height*, colorspace*, chroma*, premultiplied*, out*)
	call := func(configOnly uint64, out uint32) error {
		res, err := l.run.Call(ctx, uint64(in), uint64(len(photo)), configOnly,
			uint64(at), uint64(at+4), uint64(at+8), uint64(at+12), uint64(at+16), uint64(out))
		if err != nil {
			return err
		}
		if uint32(res[0]) == 0 {
			return errUnreadableHEIC
		}
		return nil
	}
	if err := call(1, 0); err != nil {
		return nil, err
	}
	var said [results]uint32
	for i := range said {
		said[i], _ = l.memory.ReadUint32Le(at + uint32(4*i))
	}
	width, height := int(said[0]), int(said[1])
	if width > maxSide || height > maxSide || width*height > maxPixels {
		return nil, &tooBigError{width, height}
	}
	pic, size, err := newHEICPicture(width, height, said[2], said[3])
	if err != nil {
		return nil, err
	}
	out, err := l.alloc(ctx, size)
	if err != nil {
		return nil, err
	}
	if err := call(0, out); err != nil {
		return nil, err
	}
	data, ok := l.memory.Read(out, uint32(size))
	if !ok {
		return nil, errUnreadableHEIC
	}
	for i := range pic.planes {
		p := &pic.planes[i]
		p.data, data = data[:p.rows*p.stride], data[p.rows*p.stride:]
	}
	return pic, nil
}

// newHEICPicture describes the planes that libheif lays out for a picture, and
// returns how many bytes they are together.
func newHEICPicture(width, height int, colorspace, chroma uint32) (*heicPicture, int, error) {
	const (
		ycbcr, rgb, monochrome          = 0, 1, 2 // enum heif_colorspace
		chroma420, chroma422, chroma444 = 1, 2, 3 // enum heif_chroma
	)
	if width < 1 || height < 1 {
		return nil, 0, errUnreadableHEIC
	}
	pic := &heicPicture{width: width, height: height}
	cw, ch := width, height
	switch {
	case colorspace == rgb:
		pic.layout = layoutRGBA
		pic.planes = []heicPlane{{rows: height, row: 4 * width, stride: heicStride(width, 4)}}
	case colorspace == monochrome:
		pic.layout = layoutGray
	case colorspace != ycbcr:
		return nil, 0, errUnreadableHEIC
	case chroma == chroma420:
		pic.layout, cw, ch = layoutYCbCr420, (width+1)/2, (height+1)/2
	case chroma == chroma422:
		pic.layout, cw = layoutYCbCr422, (width+1)/2
	case chroma == chroma444:
		pic.layout = layoutYCbCr444
	default:
		return nil, 0, errUnreadableHEIC
	}
	if pic.planes == nil {
		pic.planes = []heicPlane{{rows: height, row: width, stride: heicStride(width, 1)}}
	}
	if colorspace == ycbcr {
		c := heicPlane{rows: ch, row: cw, stride: heicStride(cw, 1)}
		pic.planes = append(pic.planes, c, c)
	}
	size := 0
	for _, p := range pic.planes {
		size += p.rows * p.stride
	}
	return pic, size, nil
}

// heicStride returns the bytes of a row of a plane in libheif: pixels are
// rounded up to an even number and to 64, bytes to 16.
func heicStride(width, size int) int {
	return (max((width+1)&^1, 64)*size + 15) &^ 15
}

func (p *heicPicture) writePlanes(w io.Writer) error {
	for _, plane := range p.planes {
		for y := range plane.rows {
			from := y * plane.stride
			if _, err := w.Write(plane.data[from : from+plane.row]); err != nil {
				return err
			}
		}
	}
	return nil
}

// alloc takes memory inside the decoder.
func (l *libheif) alloc(ctx context.Context, size int) (uint32, error) {
	res, err := l.malloc.Call(ctx, uint64(size))
	if err != nil {
		return 0, err
	}
	if res[0] == 0 {
		return 0, errUnreadableHEIC // no room within heicMemory
	}
	return uint32(res[0]), nil
}

// claimHEIC makes a file that names HEIC among the brands it is compatible
// with name it first, since the decoder looks there only.
func claimHEIC(photo []byte) {
	const head = 16 // size, "ftyp", major brand, its version
	if len(photo) < head || string(photo[4:8]) != "ftyp" {
		return
	}
	end := min(uint64(binary.BigEndian.Uint32(photo)), uint64(len(photo)))
	for at := uint64(head); at+4 <= end; at += 4 {
		if brand := string(photo[at : at+4]); brand == "heic" || brand == "heix" {
			copy(photo[8:], brand)
			return
		}
	}
}
