package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"countersign/internal/countersign"
)

// Bucket keeps objects in a bucket of S3-compatible storage. It is safe for use
// by several goroutines and processes.
type Bucket struct {
	client *minio.Client
	bucket string
	prefix string
}

// bucketTries is how often one request is sent to the storage, and bucketTime
// how long it may take in all: what doesn't answer by then is out of order, and
// somebody waits.
const (
	bucketTries = 4
	bucketTime  = time.Minute
)

// OpenBucket opens the bucket at an address such as
//
//	s3://KEY:SECRET@bucket/prefix?endpoint=https://storage.example.org&region=eu-west-2
//
// Without a key in it, AWS_ACCESS_KEY_ID and its like count, or the role of the
// machine. The prefix may be left out, and the region where the storage has
// none. The bucket must exist.
func OpenBucket(ctx context.Context, address string) (*Bucket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return nil, errors.New("files: open bucket: the address is not s3://bucket?endpoint=…")
	}
	endpoint, err := url.Parse(u.Query().Get("endpoint"))
	if err != nil || endpoint.Host == "" || (endpoint.Scheme != "https" && endpoint.Scheme != "http") {
		return nil, errors.New("files: open bucket: the endpoint is not an http or https address")
	}
	access := credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.IAM{Client: &http.Client{Timeout: 5 * time.Second}},
	})
	if secret, ok := u.User.Password(); ok {
		access = credentials.NewStaticV4(u.User.Username(), secret, "")
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds: access, Secure: endpoint.Scheme == "https", Region: u.Query().Get("region"), MaxRetries: bucketTries,
	})
	if err != nil {
		return nil, fmt.Errorf("files: open bucket: %w", err)
	}
	b := &Bucket{client: client, bucket: u.Host}
	if b.prefix = strings.Trim(u.Path, "/"); b.prefix != "" {
		b.prefix += "/"
	}
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	exists, err := client.BucketExists(ctx, b.bucket)
	if err == nil && !exists {
		err = fmt.Errorf("there is no bucket %q", b.bucket)
	}
	if err != nil {
		return nil, fmt.Errorf("files: open bucket: %w", err)
	}
	return b, nil
}

// Write implements Objects.
func (b *Bucket) Write(ctx context.Context, name string, r io.Reader) error {
	if err := b.write(ctx, name, r); err != nil {
		return fmt.Errorf("files: write: %w", err)
	}
	return nil
}

// write sends an object in one request, so that it is there whole or not at
// all; the storage compares the checksum before it says so.
func (b *Bucket) write(ctx context.Context, name string, r io.Reader) error {
	if _, err := objectPath(name); err != nil {
		return err
	}
	temp, err := newTemp("")
	if err != nil {
		return err
	}
	defer temp.Close()
	size, err := io.Copy(temp, contextReader{ctx, r})
	if err != nil {
		return err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	_, err = b.client.PutObject(ctx, b.bucket, b.prefix+name, temp, size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", SendContentMd5: true, DisableMultipart: true,
	})
	return away(err)
}

// away says of what the storage didn't do that it will when it is asked later.
func away(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return errors.Join(countersign.Refuse(countersign.Unavailable, "The storage of files cannot be reached at the moment. Try again in a few minutes"), err)
}

// Open implements Objects. The object is fetched whole, so that half an answer
// of the storage is an error here and not in what is made of it.
func (b *Bucket) Open(ctx context.Context, name string) (Object, error) {
	o, err := b.open(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("files: open: %w", err)
	}
	return o, nil
}

func (b *Bucket) open(ctx context.Context, name string) (_ Object, err error) {
	if _, err := objectPath(name); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	temp, err := newTemp("")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = temp.Close()
		}
	}()
	for try := 1; ; try++ {
		err := b.fetch(ctx, name, temp.File)
		switch {
		case err == nil:
			return temp, nil
		case minio.ToErrorResponse(err).Code == "NoSuchKey":
			return nil, fs.ErrNotExist
		case !errors.Is(err, io.ErrUnexpectedEOF) || try == bucketTries || ctx.Err() != nil:
			return nil, away(err)
		}
	}
}

func (b *Bucket) fetch(ctx context.Context, name string, into *os.File) error {
	if _, err := into.Seek(0, io.SeekStart); err != nil {
		return err
	}
	object, err := b.client.GetObject(ctx, b.bucket, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return err
	}
	defer object.Close()
	info, err := object.Stat()
	if err != nil {
		return err
	}
	size, err := io.Copy(into, object)
	if err == nil && size != info.Size {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// Remove implements Objects.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	if _, err := objectPath(name); err != nil {
		return nil // no object has such a name
	}
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	err := b.client.RemoveObject(ctx, b.bucket, b.prefix+name, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code != "NoSuchKey" {
		return fmt.Errorf("files: remove: %w", err)
	}
	return nil
}

// clockObject is written to learn the time by the clock of the storage.
const clockObject = "clock"

// Older implements Objects. Age is told by the clock of the storage.
func (b *Bucket) Older(ctx context.Context, age time.Duration) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		now, err := b.clock(ctx)
		if err != nil {
			yield("", fmt.Errorf("files: walk: %w", err))
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // ends the listing
		for o := range b.client.ListObjects(ctx, b.bucket, minio.ListObjectsOptions{Prefix: b.prefix}) {
			if o.Err != nil {
				yield("", fmt.Errorf("files: walk: %w", o.Err))
				return
			}
			name := strings.TrimPrefix(o.Key, b.prefix)
			if _, err := objectPath(name); err != nil || !o.LastModified.Before(now.Add(-age)) {
				continue
			}
			if !yield(name, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield("", fmt.Errorf("files: walk: %w", err))
		}
	}
}

func (b *Bucket) clock(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, bucketTime)
	defer cancel()
	name := b.prefix + clockObject
	if _, err := b.client.PutObject(ctx, b.bucket, name, strings.NewReader(""), 0, minio.PutObjectOptions{}); err != nil {
		return time.Time{}, err
	}
	info, err := b.client.StatObject(ctx, b.bucket, name, minio.StatObjectOptions{})
	return info.LastModified, err
}
