package service

import (
	"context"
	"io"
	"time"

	"countersign/internal/store"
)

// Scanner returns the name of the virus that content holds, empty if it holds
// none. An error says that nobody could tell.
type Scanner func(ctx context.Context, content io.Reader) (virus string, err error)

// CheckFiles asks about the files that were taken in while the scanner didn't
// answer. What holds a virus is taken out of its piece and destroyed, and its
// author told. It stops at the first file about which there is still no
// answer; the rest waits.
func (s *Service) CheckFiles(ctx context.Context) error {
	if s.scan == nil {
		return nil
	}
	waiting, err := s.store.FileKeys().UncheckedContent(ctx)
	for _, sum := range waiting {
		if err == nil {
			err = s.checkFile(ctx, sum)
		}
	}
	return err
}

func (s *Service) checkFile(ctx context.Context, sum string) error {
	content, err := s.files.OpenUnchecked(ctx, sum)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // it was only read
	virus, err := s.scan(ctx, content)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if virus == "" {
			return tx.ContentIsClean(sum)
		}
		infected, err := tx.RemoveInfected(sum)
		for _, in := range infected {
			if err == nil {
				err = tx.Enqueue(MailJob, Notice{Kind: NoticeVirus, To: in.Author, Evidence: in.Evidence}, time.Time{}, "")
			}
			if err == nil {
				err = tx.Audit(store.AuditEvent{Job: "virus_check", Action: "evidence.virus", Apprenticeship: in.Apprenticeship, Subject: string(in.Evidence), Detail: map[string]any{"virus": virus, "sha256": sum}})
			}
		}
		s.discard(ctx, tx, []string{sum})
		return err
	})
}
