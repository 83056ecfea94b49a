package countersign

import "strings"

// Fingerprint returns the SHA-256 in hex of the key that signed the decision
// itself; empty if none did.
func (s SignOff) Fingerprint() string {
	key, signed := strings.CutPrefix(s.Authentication, "passkey:")
	if !signed {
		return ""
	}
	return key
}

// ProvedBy says how the signer proved who they are, for use after a comma.
func (s SignOff) ProvedBy() string {
	if key := s.Fingerprint(); key != "" {
		return "signed with a passkey, key " + key[:min(len(key), 16)]
	}
	if acr, ok := strings.CutPrefix(s.Authentication, "oidc:"); ok {
		return "proved by the sign-in service of their organisation (" + acr + ")"
	}
	switch s.Authentication {
	case "passkey":
		return "proved by a passkey"
	case "password+totp":
		return "proved by a password and a code from an authenticator app"
	case "password":
		return "signed in by password"
	case "token":
		return "signed in through the API"
	case "demonstration":
		return "signed in to a demonstration"
	}
	return "signed in by " + s.Authentication
}
