package backup

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// Key encrypts backups, and decrypts them if it has its secret half. A nil Key
// leaves them as they are.
type Key struct {
	recipients []age.Recipient
	identities []age.Identity
}

// NewKey returns a new key file, and the public half on its own, with which
// backups can be made but not read.
func NewKey() (file, public string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", err
	}
	public = id.Recipient().String()
	return fmt.Sprintf("# A key for backups of Countersign, in the form of age (age-encryption.org).\n# Its public half: %s\n%s\n", public, id), public, nil
}

// ReadKey reads a key file in the form of age: secret keys
// (AGE-SECRET-KEY-1...) or, for making backups only, public ones (age1...).
func ReadKey(file []byte) (*Key, error) {
	if strings.Contains(string(file), "AGE-SECRET-KEY-") {
		identities, err := age.ParseIdentities(bytes.NewReader(file))
		if err != nil {
			return nil, fmt.Errorf("the key file is not readable: %w", err)
		}
		k := &Key{identities: identities}
		for _, id := range identities {
			own, ok := id.(*age.X25519Identity)
			if !ok {
				return nil, errors.New("the key file has a key of a kind that backups don't take: make one with countersign backup-key")
			}
			k.recipients = append(k.recipients, own.Recipient())
		}
		return k, nil
	}
	recipients, err := age.ParseRecipients(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("the key file has no key in the form of age: %w", err)
	}
	return &Key{recipients: recipients}, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// seal returns what to write the archive to.
func (k *Key) seal(to io.Writer) (io.WriteCloser, error) {
	if k == nil {
		return nopCloser{to}, nil
	}
	return age.Encrypt(to, k.recipients...)
}

// sealedPrefix is how every file of age begins.
const sealedPrefix = "age-encryption.org/"

// open returns the archive from its beginning.
func (k *Key) open(from io.ReadSeeker) (io.Reader, error) {
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(from, 64<<10)
	start, _ := in.Peek(len(sealedPrefix)) // too short a file is no archive either, as its reader says
	sealed := string(start) == sealedPrefix
	switch {
	case !sealed && k == nil:
		return in, nil
	case !sealed:
		return nil, damaged("it is not encrypted, though a key is given: if it is yours, leave the key out")
	case k == nil:
		return nil, damaged("it is encrypted. Give its key with --key-file")
	case len(k.identities) == 0:
		return nil, damaged("it is encrypted, and the key file has only public keys, which make backups but don't read them")
	}
	plain, err := age.Decrypt(in, k.identities...)
	if err != nil {
		return nil, damaged("the key file is not of its key (%v)", err)
	}
	return plain, nil
}
