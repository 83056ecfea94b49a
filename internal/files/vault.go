package files

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"
	"time"

	"github.com/minio/sio"

	"countersign/internal/countersign"
)

// Blob is stored content. It has no name of its own but its hash.
type Blob struct {
	SHA256 string // of the content, 64 lower-case hex digits
	Size   int64  // bytes
}

// Keys keeps the keys of a Vault, in the database. Each key belongs to some
// content and opens one object.
type Keys interface {
	// KeepKey stores a key for that content unless it has one, notes that the
	// content was put now, and returns the name of the object that its key opens.
	// unchecked says that the content has yet to be checked for viruses.
	KeepKey(ctx context.Context, sha256, object string, secret []byte, size int64, unchecked bool) (kept string, err error)
	// Key returns the key of that content and its size in bytes; the error wraps
	// fs.ErrNotExist if it has none. The key of unchecked content is refused, with
	// a Conflict that says why, unless it is asked for.
	Key(ctx context.Context, sha256 string, unchecked bool) (object string, secret []byte, size int64, err error)
	// ForgetKey destroys the key of that content, unless something refers to the
	// content or it was put after before, and returns the name of its object,
	// empty if it kept or had none.
	ForgetKey(ctx context.Context, sha256 string, before time.Time) (object string, err error)
	// ForgetUnused destroys the keys of content that was last put longer ago than
	// age and that nothing refers to, and returns the names of the objects.
	ForgetUnused(ctx context.Context, age time.Duration) (objects []string, err error)
	// KnownObjects returns those of the objects that a key opens.
	KnownObjects(ctx context.Context, objects []string) ([]string, error)
}

// Vault keeps content under the SHA-256 of its bytes. Each object is encrypted
// with a key of its own (AES-256-GCM in the DARE format, github.com/minio/sio),
// and the keys are not kept where the objects are: whoever gets at the folder
// or the bucket alone can read nothing, and content whose key was destroyed is
// gone, also from old versions and copies of the bucket.
//
// Content appears whole or not at all: the object is written first, its key
// committed after. What crashes between the two leaves an object that nothing
// opens, which Collect removes.
//
// A Vault is safe for use by several goroutines, and by several processes.
type Vault struct {
	objects Objects
	keys    Keys
}

// NewVault returns a vault that keeps objects and keys there.
func NewVault(objects Objects, keys Keys) *Vault { return &Vault{objects, keys} }

func sealing(secret []byte) sio.Config {
	return sio.Config{Key: secret, MinVersion: sio.Version20}
}

// Put stores everything r gives and returns its hash and size. When r fails or
// ctx ends nothing is stored, and the error wraps theirs. It must not be called
// within a transaction.
func (v *Vault) Put(ctx context.Context, r io.Reader) (Blob, error) { return v.keep(ctx, r, false) }

// PutUnchecked is Put for content that has yet to be checked for viruses: Open
// refuses it until the database says that it was.
func (v *Vault) PutUnchecked(ctx context.Context, r io.Reader) (Blob, error) {
	return v.keep(ctx, r, true)
}

func (v *Vault) keep(ctx context.Context, r io.Reader, unchecked bool) (Blob, error) {
	b, err := v.put(ctx, r, unchecked)
	if err != nil {
		return Blob{}, fmt.Errorf("files: put: %w", noRoom(err))
	}
	return b, nil
}

// noRoom says of an error that the disk was full, if it was.
func noRoom(err error) error {
	full := errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
	if !full || countersign.KindOf(err) == countersign.Unavailable {
		return err
	}
	return errors.Join(countersign.Refuse(countersign.Unavailable, "The server has no room for files at the moment. Nothing was saved. Try again later"), err)
}

func (v *Vault) put(ctx context.Context, r io.Reader, unchecked bool) (Blob, error) {
	fresh, err := Seal(ctx, v.objects, r)
	if err != nil {
		return Blob{}, err
	}
	kept, err := v.keys.KeepKey(ctx, fresh.SHA256, fresh.Object, fresh.Secret, fresh.Size, unchecked)
	if err != nil || kept != fresh.Object { // it was there already
		err = errors.Join(err, v.objects.Remove(context.WithoutCancel(ctx), fresh.Object))
	}
	return fresh.Blob, err
}

// Sealed is content in an object of its own, with the key that opens it.
type Sealed struct {
	Blob
	Object string
	Secret []byte
}

// Seal writes everything r gives to a new object, encrypted with a new key.
// When r fails or ctx ends nothing is stored, and the error wraps theirs.
func Seal(ctx context.Context, to Objects, r io.Reader) (Sealed, error) {
	s := Sealed{Object: rand.Text(), Secret: make([]byte, 32)}
	if _, err := rand.Read(s.Secret); err != nil {
		return Sealed{}, err
	}
	hash, size := sha256.New(), tally(0)
	encrypted, err := sio.EncryptReader(io.TeeReader(contextReader{ctx, r}, io.MultiWriter(hash, &size)), sealing(s.Secret))
	if err != nil {
		return Sealed{}, err
	}
	if err := to.Write(ctx, s.Object, encrypted); err != nil {
		return Sealed{}, err
	}
	s.Blob = Blob{SHA256: hex.EncodeToString(hash.Sum(nil)), Size: int64(size)}
	return s, nil
}

// tally counts the bytes that are written to it.
type tally int64

// Write implements io.Writer.
func (c *tally) Write(p []byte) (int, error) {
	*c += tally(len(p))
	return len(p), nil
}

// Open returns the content with that hash, which the caller closes. The error
// wraps fs.ErrNotExist if there is none. Reading fails with ErrDamaged if a byte
// of the object was changed or is missing. What has yet to be checked for
// viruses is refused with a Conflict.
func (v *Vault) Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	return v.opened(ctx, sha256, false)
}

// OpenUnchecked is Open for whoever shows the content to nobody: also of what
// has yet to be checked for viruses.
func (v *Vault) OpenUnchecked(ctx context.Context, sha256 string) (io.ReadSeekCloser, error) {
	return v.opened(ctx, sha256, true)
}

func (v *Vault) opened(ctx context.Context, sha256 string, unchecked bool) (io.ReadSeekCloser, error) {
	content, err := v.open(ctx, sha256, unchecked)
	if err != nil {
		return nil, fmt.Errorf("files: open: %w", err)
	}
	return content, nil
}

func (v *Vault) open(ctx context.Context, sha256 string, unchecked bool) (io.ReadSeekCloser, error) {
	name, secret, size, err := v.keys.Key(ctx, sha256, unchecked)
	if err != nil {
		return nil, err
	}
	object, err := v.objects.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	plain, err := sio.DecryptReaderAt(object, sealing(secret))
	if err != nil {
		return nil, errors.Join(ErrDamaged, err, object.Close())
	}
	return opened{io.NewSectionReader(plain, 0, size), object}, nil
}

// ErrDamaged is wrapped by what reading gives when the object of some content is
// not what was written.
var ErrDamaged = errors.New("files: the content is damaged")

// opened is an object that is read in the clear.
type opened struct {
	*io.SectionReader
	io.Closer
}

// Read implements io.Reader.
func (o opened) Read(p []byte) (int, error) {
	n, err := o.SectionReader.Read(p)
	if err == nil {
		return n, nil
	}
	if at, _ := o.Seek(0, io.SeekCurrent); errors.Is(err, io.EOF) && at >= o.Size() {
		return n, io.EOF
	}
	return n, fmt.Errorf("%w: %w", ErrDamaged, err)
}

// Delete destroys the content with that hash, its key first, unless something
// still refers to it, since the same content may belong to several attachments,
// or it was put after before. It is no error if there is none.
func (v *Vault) Delete(ctx context.Context, sha256 string, before time.Time) error {
	object, err := v.keys.ForgetKey(ctx, sha256, before)
	if err == nil && object != "" {
		err = v.objects.Remove(ctx, object)
	}
	if err != nil {
		return fmt.Errorf("files: delete: %w", err)
	}
	return nil
}

// collectAtOnce is how many names Collect asks about at once.
const collectAtOnce = 500

// Collect destroys the content that was last put longer ago than age and that
// nothing refers to, and removes objects of that age that no key opens. It
// returns how many objects went. What is put is referred to soon after, so age
// must be longer than that takes; content that is put anew meanwhile stays.
func (v *Vault) Collect(ctx context.Context, age time.Duration) (int, error) {
	n, err := v.collect(ctx, age)
	if err != nil {
		return n, fmt.Errorf("files: collect: %w", err)
	}
	return n, nil
}

func (v *Vault) collect(ctx context.Context, age time.Duration) (n int, err error) {
	remove := func(objects []string) error {
		for _, name := range objects {
			if err := v.objects.Remove(ctx, name); err != nil {
				return err
			}
			n++
		}
		return nil
	}
	unused, err := v.keys.ForgetUnused(ctx, age)
	if err != nil {
		return 0, err
	}
	if err := remove(unused); err != nil {
		return n, err
	}
	var old []string
	sweep := func() error {
		known, err := v.keys.KnownObjects(ctx, old)
		if err != nil {
			return err
		}
		gone := slices.DeleteFunc(old, func(name string) bool { return slices.Contains(known, name) })
		old = old[:0:0]
		return remove(gone)
	}
	for name, err := range v.objects.Older(ctx, age) {
		if err != nil {
			return n, err
		}
		if old = append(old, name); len(old) == collectAtOnce {
			if err := sweep(); err != nil {
				return n, err
			}
		}
	}
	return n, sweep()
}
