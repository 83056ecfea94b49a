package password

import (
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"countersign/templates"
)

// commonFile is written at build time by templates/passwords.mjs: lower-case,
// one a line.
const commonFile = "assets/common-passwords.txt.gz"

// fewest is how many passwords a list must have to be taken for the built one.
const fewest = 10_000

// common is the list in use, sorted.
var common = sync.OnceValue(func() []string {
	list, err := loadCommon(templates.FS)
	if err != nil { // not built: a fresh clone, before Node has run
		return worst
	}
	return list
})

func isCommon(lower string) bool {
	_, found := slices.BinarySearch(common(), lower)
	return found
}

// CommonBuilt reports whether the full list is in this binary. Without it,
// which happens only when the assets weren't built, a short one serves.
func CommonBuilt() bool { return len(common()) >= fewest }

func loadCommon(fsys fs.FS) ([]string, error) {
	f, err := fsys.Open(commonFile)
	if err != nil {
		return nil, fmt.Errorf("password: common passwords: %w", err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("password: common passwords: %w", err)
	}
	text, err := io.ReadAll(unzipped)
	if err != nil {
		return nil, fmt.Errorf("password: common passwords: %w", err)
	}
	list := strings.Fields(string(text))
	if len(list) < fewest {
		return nil, fmt.Errorf("password: only %d common passwords", len(list))
	}
	slices.Sort(list)
	return list, nil
}

// worst serves when the list wasn't built. Sorted.
var worst = []string{
	"000000000000", "111111111111", "121212121212", "123123123123", "1234567890ab",
	"1q2w3e4r5t6y", "1qaz2wsx3edc", "abc", "abcdefghijkl", "access", "admin",
	"administrator", "apprentice", "arsenal", "asdfghjkl", "baseball", "basketball",
	"batman", "changeme", "charlie", "chelsea", "chocolate", "computer", "correcthorsebatterystaple",
	"doctor", "dragon", "everton", "football", "hello", "iloveyou", "jennifer",
	"letmein", "letmeinplease", "liverpool", "login", "manchester", "mastermaster", "michelle",
	"monkey", "nhs", "nurse", "passw0rd", "password", "passwordpassword",
	"princess", "qazwsxedcrfv", "qwerty", "qwertyuiop", "qwertyuiopas", "secret",
	"september", "sunshine", "superman", "surgery", "trustno", "welcome",
	"welcometothe", "whatever", "winter", "zaq12wsxcde3",
}
