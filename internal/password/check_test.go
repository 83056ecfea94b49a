package password

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"countersign/internal/countersign"
	"countersign/templates"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	const (
		fine    = ""
		empty   = "Enter a password"
		garbled = "Enter your password again"
		short   = "Password must be 12 characters or more"
		long    = "Password must be 200 characters or fewer"
		common  = "This password is often used"
		yours   = "Password must not be only your name"
		pattern = "Password must not be a repeated or counted pattern"
	)
	for _, tc := range []struct{ password, want string }{
		{"countersign-demo", fine},
		{"three random words", fine},
		{"correct horse battery", fine},
		{"tractor-violet-spoon", fine},
		{"šálek kávy navíc", fine},
		{"病院の朝は静かでとても明るい", fine},
		{"48291759201847", fine}, // digits alone are allowed: no composition rules
		{"Asha likes phlebotomy", fine},
		{strings.Repeat("long word ", 20), fine}, // 200 characters
		{strings.Repeat("x1y", 66) + "ab", fine},

		{"", empty},
		{"\xff\xfe three random words", garbled},
		{"short words", short},
		{"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", short}, // six characters in twelve code points
		{strings.Repeat("long words ", 20), long},

		{"passwordpassword", common},
		{"Password1234!", common},
		{"PASSWORD99999999", common},
		{"qwertyuiop!!!!", common},
		{"football2026!", common},
		{"Ｐａｓｓｗｏｒｄ１２３４", common}, // full-width
		{"dragondragon12", common},

		{"countersign1", yours},
		{"Countersign!", yours},
		{"Counter Sign 2026", yours},
		{"countersigncountersign", yours},
		{"asha.patel@demo.example", yours},
		{"Asha.Patel1234", yours},
		{"patel1234567", yours},
		{"asha-patel-2026", yours},
		{"Asha Patel!!", yours},

		{"aaaaaaaaaaaa", pattern},
		{"abcabcabcabc", pattern},
		{"éééééééééééé", pattern},
		{"cdefghijklmnop", pattern},
		{"789012345678", pattern},
		{"876543210987", pattern},
	} {
		err := Check(tc.password, "asha.patel@demo.example", "Asha Patel", "")
		got := ""
		if err != nil {
			got = err.Error()
		}
		if tc.want == "" && got != "" || !strings.HasPrefix(got, tc.want) {
			t.Errorf("Check(%.20q) = %q, want %q", tc.password, got, tc.want)
		}
		if err == nil {
			continue
		}
		if e := err.(*countersign.Error); e.Kind != countersign.Invalid || len(e.Fields) != 1 || e.Fields[0].Field != "password" {
			t.Errorf("Check(%.20q) = %+v", tc.password, e)
		}
	}
}

func TestCheckNeedsNoPersonalText(t *testing.T) {
	t.Parallel()
	if err := Check("three random words"); err != nil {
		t.Error(err)
	}
	// A name too short to mean anything bars nothing.
	if err := Check("li-1234567890123", "Li"); err != nil {
		t.Error(err)
	}
}

func TestCommonList(t *testing.T) {
	t.Parallel()
	if !slices.IsSorted(worst) {
		t.Error("the built-in list isn't sorted")
	}
	for _, p := range worst {
		if p != strings.ToLower(p) {
			t.Errorf("%q isn't lower-case", p)
		}
	}
	// With the assets built every entry that is long enough is refused;
	// without them the short list serves.
	list, err := loadCommon(templates.FS)
	if built := err == nil; built != CommonBuilt() {
		t.Errorf("CommonBuilt() = %v, error %v", CommonBuilt(), err)
	}
	for _, p := range list {
		if utf8.RuneCountInString(p) >= MinLength && Check(p) == nil {
			t.Errorf("common password %q was accepted", p)
		}
	}
	for _, p := range []string{"password", "letmein", "qwerty"} {
		if !isCommon(p) {
			t.Errorf("%q isn't on the list", p)
		}
	}
}

func TestLoadCommon(t *testing.T) {
	t.Parallel()
	pack := func(text string) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		fmt.Fprint(w, text)
		w.Close()
		return b.Bytes()
	}
	var many strings.Builder
	for i := range fewest {
		fmt.Fprintf(&many, "entry%d\n", fewest-i)
	}
	file := func(b []byte) fstest.MapFS { return fstest.MapFS{commonFile: {Data: b}} }

	list, err := loadCommon(file(pack(many.String())))
	if err != nil || len(list) != fewest || !slices.IsSorted(list) {
		t.Errorf("%d entries, error %v", len(list), err)
	}
	for name, fsys := range map[string]fstest.MapFS{
		"missing":   {},
		"not gzip":  file([]byte("password\n")),
		"cut short": file(pack(many.String())[:100]),
		"too few":   file(pack("password\n")),
	} {
		if _, err := loadCommon(fsys); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("three random words", "Asha Patel")
	f.Add("\xff", "@")
	f.Fuzz(func(t *testing.T, password, personal string) {
		if len(password) > 2000 || len(personal) > 2000 {
			return
		}
		if err := Check(password, personal); err == nil && utf8.RuneCountInString(normalise(password)) < MinLength {
			t.Errorf("%q was accepted", password)
		}
	})
}
