package files

import (
	"context"
	"image"
	"io"
	"strings"

	"countersign/internal/countersign"
)

// Recheck looks at content that another installation took in and says is of
// that type: it must be of that very type, and must pass what it passed there.
// Pictures are measured and not decoded whole, since nothing is made of them.
// Refusals are Invalid errors for Field.
func (in *Intake) Recheck(ctx context.Context, mediaType, name string, r io.Reader) error {
	if name != CleanName(name) || strings.ContainsAny(name, "/\\") {
		return refuse("The name of a file is not one that this program gives")
	}
	if err := in.guard.Name(ctx, Field, name); err != nil {
		return err
	}
	s, err := newSpool(ctx, in.spool, r)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := in.scan(ctx, s); err != nil && countersign.KindOf(err) != countersign.Invalid {
		return refuse("The files cannot be checked for viruses just now. Try again in a few minutes")
	} else if err != nil {
		return err
	}
	if mediaType == JPEG || mediaType == PNG {
		size, kind, err := image.DecodeConfig(s)
		if err != nil || "image/"+kind != mediaType || size.Width*size.Height > maxPixels {
			return refuse("A picture is damaged, too large or not of the type that it says")
		}
		return nil
	}
	f, err := detect(s)
	if err != nil {
		return err
	}
	c, err := in.inspectInTurn(ctx, f, s)
	if err == nil && c.mediaType != mediaType {
		err = refuse("A file is not of the type that it says")
	}
	return err
}
