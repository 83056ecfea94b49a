package api

import (
	"reflect"
	"slices"

	"countersign/internal/countersign"
	"countersign/internal/service"
)

// confirmationMember is the member of any body with text, and of each row of a
// batch, that says what of it doesn't identify a patient, and why.
const confirmationMember = "privacy_confirmation"

type confirmationJSON struct {
	Findings []string `json:"findings"`
	Reason   string   `json:"reason"`
}

// takeConfirmation takes the confirmations out of a body and puts them into
// the request, where the service looks for them.
func takeConfirmation(said *service.Confirmation, p *countersign.Problems, root node) node {
	if root.kind == array {
		for i, row := range root.items {
			root.items[i] = takeConfirmation(said, p, row)
		}
		return root
	}
	at := slices.Index(root.keys, confirmationMember)
	if root.kind != object || at < 0 {
		return root
	}
	var in confirmationJSON
	assign(p, confirmationMember, root.items[at], reflect.ValueOf(&in).Elem())
	confirm(said, in.Findings, in.Reason)
	root.keys = slices.Delete(slices.Clone(root.keys), at, at+1)
	root.items = slices.Delete(slices.Clone(root.items), at, at+1)
	return root
}

func confirm(said *service.Confirmation, findings []string, reason string) {
	said.Findings = append(said.Findings, findings...)
	if reason != "" {
		said.Reason = reason
	}
}
