package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"

	gomail "github.com/wneessen/go-mail"
)

// FolderName is where a Folder is in the data folder.
const FolderName = "mail"

// Folder writes each message to a file instead of sending it: for trying the
// product out, and for places whose mail is fetched by another program. The
// files hold one-time links; only the server's own user may read them.
type Folder struct{ dir string }

// NewFolder returns a Folder. The directory is made when the first message is
// written.
func NewFolder(dir string) *Folder { return &Folder{dir: dir} }

// FileName returns the name of a message's file: its time in UTC and its ID.
func FileName(m Message) string {
	return m.Date.UTC().Format("20060102T150405Z") + "-" + m.ID + ".eml"
}

// Send implements Sender. A message appears whole or not at all, and sending
// it again replaces it by the same.
func (f *Folder) Send(ctx context.Context, m Message) error {
	if err := ctx.Err(); err != nil {
		return temporary{err}
	}
	msg, err := m.mime(netmail.Address{Name: senderName, Address: "countersign@localhost"}, gomail.NoEncoding)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return fmt.Errorf("mail: write %s: %w", m.ID, err)
	}
	content := bytes.ReplaceAll(b.Bytes(), []byte("\r\n"), []byte("\n")) // as mail is kept in files
	if err := f.write(FileName(m), content); err != nil {
		return temporary{fmt.Errorf("mail: write %s: %w", m.ID, err)}
	}
	return nil
}

// Forget deletes the messages that hold one of the words: to somebody, or
// about them.
func (f *Folder) Forget(words []string) error {
	files, err := filepath.Glob(filepath.Join(f.dir, "*.eml"))
	for _, file := range files {
		content, e := os.ReadFile(file)
		if e == nil && slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(content, []byte(word)) }) {
			e = os.Remove(file)
		}
		if e != nil && !errors.Is(e, fs.ErrNotExist) { // another program may fetch them
			err = errors.Join(err, e)
		}
	}
	if err != nil {
		return fmt.Errorf("mail: forget: %w", err)
	}
	return nil
}

func (f *Folder) write(name string, content []byte) (err error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(f.dir, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if e := os.Remove(tmp.Name()); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()
	if _, err := tmp.Write(content); err != nil {
		return errors.Join(err, tmp.Close())
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), filepath.Join(f.dir, name))
}
