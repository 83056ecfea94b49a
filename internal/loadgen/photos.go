package loadgen

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"countersign/internal/countersign"
	"countersign/internal/files"
)

// photos is how many different ones there are: content is kept once, however
// many pieces have it.
const photos = 5

// takePhotos keeps some small pictures, and returns them as attachments that
// belong to nothing yet.
func takePhotos(ctx context.Context, in *files.Intake) ([]countersign.Attachment, error) {
	var out []countersign.Attachment
	for n := range photos {
		name := fmt.Sprintf("checklist-%d.jpg", n+1)
		kept, err := in.Accept(ctx, name, bytes.NewReader(Photo(n)))
		if err != nil {
			return nil, err
		}
		a := countersign.Attachment{
			Name: kept.Name, MediaType: kept.MediaType, Size: kept.Size, SHA256: kept.SHA256, Width: kept.Width, Height: kept.Height,
		}
		if r := kept.Rendition; r != nil {
			a.Rendition = countersign.Rendition{SHA256: r.SHA256, Size: r.Size, Width: r.Width, Height: r.Height}
		}
		out = append(out, a)
	}
	return out, nil
}

// Photo returns a small picture, the same one for the same number.
func Photo(n int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			m.Set(x, y, color.RGBA{uint8(x/2 + n*16), uint8(y), uint8((x + y) / 3), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 60}); err != nil {
		panic("loadgen: a picture cannot be written: " + err.Error()) // to memory
	}
	return b.Bytes()
}
