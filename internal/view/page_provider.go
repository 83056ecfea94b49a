package view

// ProviderAnswer names what a provider sends people back with.
var ProviderAnswer = []string{"state", "code", "iss", "error"}

// ProviderPage is where a provider sends people back to. A script goes on at
// once; without one they press the button.
type ProviderPage struct {
	Layout
	Provider string
	Hidden   []HiddenField
}

// NewProviderPage returns the page for what the provider answered, as query
// gives it by name.
func NewProviderPage(provider string, query func(name string) string) *ProviderPage {
	p := &ProviderPage{Layout: Layout{Title: "You are back from " + provider, SigningIn: true}, Provider: provider}
	for _, name := range ProviderAnswer {
		if value := query(name); value != "" {
			p.Hidden = append(p.Hidden, HiddenField{name, value})
		}
	}
	return p
}

// Template implements Page.
func (*ProviderPage) Template() string { return "sign-in/provider" }

// Action is where the answer goes.
func (*ProviderPage) Action() string { return "/sign-in/provider/answer" }

// Submit sends it.
func (*ProviderPage) Submit() Button { return Button{Text: "Continue", Once: true} }

func init() {
	addSamples(func() []Sample {
		return []Sample{{"back from a provider", NewProviderPage("NHSmail", func(string) string { return "" })}}
	})
}
