package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"countersign/internal/countersign"
	"countersign/internal/files/s3server"
)

func newBucket(t *testing.T) *Bucket {
	t.Helper()
	address, _ := s3server.Bucket(t)
	return openBucket(t, address)
}

func openBucket(t *testing.T, address string) *Bucket {
	t.Helper()
	b, err := OpenBucket(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOpenBucketRefusesWhatCantWork(t *testing.T) {
	t.Parallel()
	address, endpoint := s3server.Bucket(t)
	for name, bad := range map[string]string{
		"no endpoint":    "s3://evidence",
		"odd endpoint":   "s3://a:b@evidence?endpoint=ftp://x",
		"no bucket":      "s3://?endpoint=" + endpoint,
		"another scheme": "https://evidence?endpoint=" + endpoint,
		"unknown bucket": strings.Replace(address, "@evidence", "@other", 1),
		"a wrong key":    strings.Replace(address, "only-for-tests", "wrong", 1),
	} {
		if _, err := OpenBucket(t.Context(), bad); err == nil {
			t.Errorf("%s: opened", name)
		}
	}
}

// Somebody who has the storage's name sends nobody's files elsewhere.
func TestNoRedirectOfTheStorageIsFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	t.Cleanup(elsewhere.Close)
	redirects := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	t.Cleanup(redirects.Close)
	if _, err := OpenBucket(t.Context(), "s3://key:secret@evidence?region=x&endpoint="+redirects.URL); err == nil {
		t.Error("opened")
	}
}

func TestBucketsWithOtherPrefixesAreOtherBuckets(t *testing.T) {
	t.Parallel()
	address, _ := s3server.Bucket(t)
	one := openBucket(t, strings.Replace(address, "?", "/one?", 1))
	two := openBucket(t, strings.Replace(address, "?", "/two?", 1))
	write(t, one, anObject, "hello")
	if _, err := readObject(t.Context(), two, anObject); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the other reads it: %v", err)
	}
	if n := len(older(t, two, -1)); n != 0 {
		t.Errorf("the other lists %d", n)
	}
}

// trouble stands before the storage and answers badly while fails lasts.
type trouble struct {
	fails  atomic.Int32
	answer func(w http.ResponseWriter, r *http.Request)
	proxy  http.Handler
}

func (s *trouble) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.fails.Add(-1) >= 0 {
		s.answer(w, r)
		return
	}
	s.proxy.ServeHTTP(w, r)
}

// behindTrouble returns a bucket whose storage can be made to answer badly.
func behindTrouble(t *testing.T) (*Bucket, *trouble) {
	t.Helper()
	address, endpoint := s3server.Bucket(t)
	target, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	s := &trouble{proxy: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = target.Scheme, target.Host, r.In.Host // the signature covers the host
	}}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return openBucket(t, strings.Replace(address, endpoint, server.URL, 1)), s
}

func slowDown(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusServiceUnavailable)
	fmt.Fprint(w, `<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
}

func TestAShortTroubleOfTheStorageIsNotNoticed(t *testing.T) {
	t.Parallel()
	b, s := behindTrouble(t)
	s.answer = slowDown
	s.fails.Store(2)
	write(t, b, anObject, "hello")
	s.fails.Store(2)
	if got, err := readObject(t.Context(), b, anObject); got != "hello" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestALongTroubleOfTheStorageIsAnErrorAndLeavesNothing(t *testing.T) {
	t.Parallel()
	b, s := behindTrouble(t)
	s.answer = slowDown
	s.fails.Store(1000)
	if err := b.Write(t.Context(), anObject, strings.NewReader("hello")); countersign.KindOf(err) != countersign.Unavailable {
		t.Errorf("Write() = %v, want a refusal that says it passes", err)
	}
	s.fails.Store(0)
	if _, err := readObject(t.Context(), b, anObject); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reads as %v, want nothing there", err)
	}
	write(t, b, anObject, "hello") // and it recovers
}

func TestHalfAnAnswerOfTheStorageIsNotTakenForTheWhole(t *testing.T) {
	t.Parallel()
	b, s := behindTrouble(t)
	whole := strings.Repeat("0123456789", 50_000)
	write(t, b, anObject, whole)
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		recorded := httptest.NewRecorder()
		s.proxy.ServeHTTP(recorded, r)
		for name, values := range recorded.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorded.Code)
		_, _ = io.CopyN(w, recorded.Body, int64(recorded.Body.Len()/2))
		panic(http.ErrAbortHandler) // breaks the connection off
	}
	s.fails.Store(1)
	got, err := readObject(t.Context(), b, anObject)
	if err != nil || got != whole {
		t.Errorf("after one: read %d bytes, %v", len(got), err)
	}
	s.fails.Store(1000)
	if got, err := readObject(t.Context(), b, anObject); countersign.KindOf(err) != countersign.Unavailable {
		t.Errorf("read %d of %d bytes, %v, want a refusal that says it passes", len(got), len(whole), err)
	}
}

func TestAVaultReadsFromABucketInTheMiddle(t *testing.T) {
	t.Parallel()
	v := NewVault(newBucket(t), &memoryKeys{})
	data := bytes.Repeat([]byte("0123456789"), 30_000)
	b, err := v.Put(t.Context(), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r, err := v.Open(t.Context(), b.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Seek(-10, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); string(got) != "0123456789" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}
