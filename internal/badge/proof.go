// Package badge makes Open Badges 3.0: verifiable credentials that say what was
// signed off, with a proof that anyone can check without us, and the pictures
// that carry them.
package badge

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/piprate/json-gold/ld"

	"countersign/internal/ledger"
	"countersign/templates"
)

// The contexts that our credentials use, in their order, and where the build
// put them (templates/contexts.mjs). No other is ever read, and none is fetched.
const (
	vcContext = "https://www.w3.org/ns/credentials/v2"
	obContext = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
)

var contextFiles = map[string]string{vcContext: "assets/credentials-v2.json", obContext: "assets/open-badges-3.0.3.json"}

// contexts reads them once.
var contexts = sync.OnceValues(func() (map[string]any, error) {
	all := map[string]any{}
	for address, name := range contextFiles {
		data, err := templates.FS.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("badge: the assets are not built: %w", err)
		}
		var document any
		if err := json.Unmarshal(data, &document); err != nil {
			return nil, fmt.Errorf("badge: %s: %w", name, err)
		}
		all[address] = document
	}
	return all, nil
})

// loader gives the contexts to the JSON-LD processor.
type loader struct{}

// LoadDocument implements ld.DocumentLoader.
func (loader) LoadDocument(address string) (*ld.RemoteDocument, error) {
	all, err := contexts()
	if err != nil {
		return nil, err
	}
	document, ok := all[address]
	if !ok {
		return nil, fmt.Errorf("badge: %s is not one of our contexts", address)
	}
	return &ld.RemoteDocument{DocumentURL: address, Document: document}, nil
}

// canonical returns a document as sorted statements (RDFC-1.0).
func canonical(document map[string]any) ([]byte, error) {
	// The processor wants plain maps and slices, as JSON gives them.
	data, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("badge: %w", err)
	}
	var plain any
	if err := json.Unmarshal(data, &plain); err != nil {
		return nil, fmt.Errorf("badge: %w", err)
	}
	options := ld.NewJsonLdOptions("")
	options.Algorithm, options.Format, options.DocumentLoader = ld.AlgorithmURDNA2015, "application/n-quads", loader{}
	out, err := ld.NewJsonLdProcessor().Normalize(plain, options) //nolint:misspell // the library's word
	if err != nil {
		return nil, fmt.Errorf("badge: canonical form: %w", err)
	}
	s, ok := out.(string)
	if !ok || s == "" {
		return nil, fmt.Errorf("badge: the canonical form is empty")
	}
	return []byte(s), nil
}

// sign adds a proof (eddsa-rdfc-2022, W3C Data Integrity EdDSA Cryptosuites
// 1.0). Open Badges wants a list of proofs.
func sign(document map[string]any, signer ledger.Signer, at time.Time) ([]byte, error) {
	issuer := Issuer(signer.PublicKey())
	proof := map[string]any{
		"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": at.UTC().Format(time.RFC3339), "proofPurpose": "assertionMethod",
		"verificationMethod": issuer + "#" + issuer[len(didKey):],
	}
	message, err := signed(document, proof)
	if err != nil {
		return nil, err
	}
	proof["proofValue"] = "z" + base58(signer.Sign(message))
	whole := maps.Clone(document)
	whole["proof"] = []any{proof}
	out, err := json.MarshalIndent(whole, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("badge: %w", err)
	}
	return out, nil
}

// signed is what a signature is over: the hashes of a proof without its value
// and of the document without its proof.
func signed(document, proof map[string]any) ([]byte, error) {
	options := maps.Clone(proof)
	options["@context"] = document["@context"]
	var message []byte
	for _, part := range []map[string]any{options, document} {
		text, err := canonical(part)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		message = append(message, sum[:]...)
	}
	return message, nil
}

const didKey = "did:key:"

// Issuer is how a signing key is named in a credential: a did:key, which holds
// the key itself, so that nothing has to be fetched to check a proof.
func Issuer(key ledger.PublicKey) string {
	return didKey + "z" + base58(append([]byte{0xed, 0x01}, key.Key...)) // 0xed01: an Ed25519 public key
}

// keyOf returns the key that Issuer named.
func keyOf(issuer string) (ed25519.PublicKey, bool) {
	encoded, ok := strings.CutPrefix(issuer, didKey+"z")
	key, decoded := fromBase58(encoded)
	if !ok || !decoded || len(key) != 2+ed25519.PublicKeySize || key[0] != 0xed || key[1] != 0x01 {
		return nil, false
	}
	return key[2:], true
}

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// fromBase58 reads what base58 wrote, of a key or a signature.
func fromBase58(s string) ([]byte, bool) {
	if len(s) > 100 {
		return nil, false
	}
	n, base := new(big.Int), big.NewInt(58)
	for _, letter := range s {
		digit := strings.IndexRune(alphabet, letter)
		if digit < 0 {
			return nil, false
		}
		n.Add(n.Mul(n, base), big.NewInt(int64(digit)))
	}
	zeros := len(s) - len(strings.TrimLeft(s, alphabet[:1]))
	return append(make([]byte, zeros), n.Bytes()...), true
}

// base58 writes bytes in the alphabet of Bitcoin, as multibase's "z" does.
func base58(b []byte) string {
	n, digit, base := new(big.Int).SetBytes(b), new(big.Int), big.NewInt(58)
	var out []byte
	for n.Sign() > 0 {
		n.DivMod(n, base, digit)
		out = append(out, alphabet[digit.Int64()])
	}
	for _, zero := range b {
		if zero != 0 {
			break
		}
		out = append(out, alphabet[0])
	}
	slices.Reverse(out)
	return string(out)
}
