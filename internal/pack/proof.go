package pack

import (
	"bytes"
	"context"
	"errors"
	"io"

	"countersign/internal/countersign"
	"countersign/internal/pdf"
	"countersign/internal/service"
	"countersign/internal/transfer"
	"countersign/internal/verify"
)

// Portfolio writes a portfolio as PDF, with the proof of what is in it, unless
// there is no key to sign with here.
func (p *Packer) Portfolio(ctx context.Context, w io.Writer, portfolio countersign.Portfolio) error {
	proof, err := p.proof(ctx, portfolio)
	if err != nil {
		return err
	}
	return pdf.Portfolio(ctx, w, portfolio, p.Service.Pictures(ctx), proof)
}

func (p *Packer) proof(ctx context.Context, portfolio countersign.Portfolio) (*pdf.Proof, error) {
	code := service.ProofCode(portfolio)
	_, err := p.Service.Signer(ctx)
	if code == "" || errors.Is(err, service.ErrNoKey) {
		return nil, nil //nolint:nilnil // there is nothing to prove, or nobody who could
	}
	page := p.URL + "/verify"
	return &pdf.Proof{Code: code, Page: page, Scan: page + "?code=" + code, Manifest: func(d pdf.Digests) ([]byte, error) {
		return p.Service.Attest(ctx, p.URL, portfolio, verify.Document(d))
	}}, err
}

// sign adds the proof of a package that is otherwise complete.
func (d *draft) sign(p *Packer, m transfer.Manifest, portfolio countersign.Portfolio) error {
	m.Entries = d.sorted()
	doc, err := verify.Package(m)
	if err != nil {
		return err
	}
	signed, err := p.Service.Attest(d.ctx, p.URL, portfolio, doc)
	if errors.Is(err, service.ErrNoKey) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.add(transfer.ProofPath, func(w io.Writer) error { _, err := io.Copy(w, bytes.NewReader(signed)); return err })
}
