package view

import (
	"strings"
	"testing"
)

func TestRichText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, src, want string }{
		{"empty", "", ""},
		{"paragraphs", "One\n\nTwo", "<p>One</p> <p>Two</p>"},
		{"lines as typed", "One\nTwo", "<p>One<br> Two</p>"},
		{"emphasis", "**bold** *italic* `code`", "<p><strong>bold</strong> <em>italic</em> <code>code</code></p>"},
		{"list", "- a\n- b", "<ul> <li>a</li> <li>b</li> </ul>"},
		{"numbers that begin elsewhere", "3. a\n4. b", `<ol start="3"> <li>a</li> <li>b</li> </ol>`},
		{"headings are bold", "# Title\ntext", "<p><strong>Title</strong></p> <p>text</p>"},
		{"quote", "> said", "<blockquote> <p>said</p> </blockquote>"},
		{"link", "[NICE](https://www.nice.org.uk/x)", `<p><a href="https://www.nice.org.uk/x" rel="nofollow noreferrer">NICE</a></p>`},
		{"bare address", "see https://nhs.uk/", `<p>see <a href="https://nhs.uk/" rel="nofollow noreferrer">https://nhs.uk/</a></p>`},
		{"script link", "[x](javascript:alert(1))", "<p>x</p>"},
		{"data link", "[x](data:text/html,x)", "<p>x</p>"},
		{"HTML", "<script>alert(1)</script>", ""},
		{"HTML in a line", "a <b onclick=x>b</b>", "<p>a b</p>"},
		{"image", "![x](https://evil.example/x.png)", "<p></p>"},
		{"signs", "5 < 6 & 7 > 6 \"so\"", "<p>5 &lt; 6 &amp; 7 &gt; 6 &#34;so&#34;</p>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(strings.Fields(string(RichText(tc.src))), " ")
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func FuzzRichText(f *testing.F) {
	for _, s := range []string{"<script>", "[x](javascript:alert(1))", "<a href='jav&#x09;ascript:x'>", "![x](x \"onerror=\")", "# a\n- b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		out := strings.ToLower(string(RichText(src)))
		for _, bad := range []string{"<script", "<img", "<iframe", "<style", "<svg", "href=\"javascript", "href=\"data"} {
			if strings.Contains(out, bad) {
				t.Errorf("%q gives %q", src, out)
			}
		}
	})
}
