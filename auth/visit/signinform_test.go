package visit

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestSignInFormIsFilledAsABrowserDoes(t *testing.T) {
	for _, tt := range []struct{ name, page, want string }{
		{
			"hidden fields stay, the nearest text field before the password is the login",
			`<form method=post><input type=hidden name=csrf value="a&amp;b c"><input name=realm value=x><input name=user type=email><input type=password name=pw></form>`,
			"csrf=a%26b+c&realm=x&user=alice&pw=s%26cret",
		},
		{
			"a search form, one for signing up, and the one for signing in",
			`<form><input name=q></form>
			<form method=post><input name=new><input type=password name=p1><input type=password name=p2></form>
			<form method=POST><input type=TEXT name=user><input type=password name=pw></form>`,
			"user=alice&pw=s%26cret",
		},
		{
			"the selected option, the first option, the checked box, the first button",
			`<form method=post><input name=user><input type=password name=pw>
			<select name=a><option value=1><option value=2 selected><option value=3></select>
			<select name=b><option value=1><option value=2></select><option value=stray>
			<input type=checkbox name=keep checked><input type=checkbox name=not><input type=radio name=r value=2 checked>
			<input type=image name=i><input type=file name=f><input type=reset name=x><input name=off disabled><button type=button name=y>
			<input type=submit name=do value=in><button name=do value=out></form>`,
			"user=alice&pw=s%26cret&a=2&b=1&keep=on&r=2&do=in",
		},
		{
			"without names nothing is sent; of two equal attributes the first counts",
			`<form method=post><input value=x><input name=user name=other><input type=password name=pw><input type=submit></form>`,
			"user=alice&pw=s%26cret",
		},
		{
			"what stands in a script, a comment or another form's place is no field",
			`<script>"<form method=post><input type=password name=evil>"</script><!-- <form> -->
			<input name=outside><form method=post><form method=get><input name=user><input type=password name=pw></form>`,
			"user=alice&pw=s%26cret",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			forms, _ := readForms([]byte(tt.page))
			f, err := signInForm(forms)
			if err != nil {
				t.Fatal(err)
			}
			if _, body := f.fill("alice", "s&cret"); body != tt.want {
				t.Errorf("sends %s\nwant  %s", body, tt.want)
			}
		})
	}
}

func TestPageWithoutSignInFormSaysWhatIsThere(t *testing.T) {
	for _, tt := range []struct{ name, page, want string }{
		{"no form", `<div id=app></div>`, "no field is for a password; it has no forms"},
		{"other forms", `<form action="/s?k=canary"><input name=q value=canary></form><form></form>`, `it has forms: one to "/s" with q; one to ""`},
		{"password alone", `<form method=post action=/in><input type=hidden name=t value=canary><input type=password name=pw></form>`, `no text field stands before the password; it has forms: one to "/in" with t, pw`},
		{"login after it", `<form method=post><input type=password name=pw><input name=user></form>`, "no text field stands before"},
		{"method get", `<form><input name=user><input type=password name=pw></form>`, "in an address (method=get)"},
		{"multipart", `<form method=post enctype=multipart/form-data><input name=user><input type=password name=pw></form>`, "it sends multipart/form-data"},
		{"password outside", `<form method=post><input name=user></form><input type=password name=pw>`, "no field is for a password"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			forms, _ := readForms([]byte(tt.page))
			_, err := signInForm(forms)
			if !errors.Is(err, errNoForm) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestFormIsSentToItsAction(t *testing.T) {
	page, err := url.Parse("http://app.example.com/auth/login?next=%2F")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ action, base, want string }{
		{"", "", "http://app.example.com/auth/login?next=%2F"},
		{"", "/base/", "http://app.example.com/auth/login?next=%2F"},
		{" check ", "", "http://app.example.com/auth/check"},
		{"check;jsessionid=1", "", "http://app.example.com/auth/check;jsessionid=1"},
		{"check", "/base/", "http://app.example.com/base/check"},
		{"?do=login", "", "http://app.example.com/auth/login?do=login"},
		{"//evil.example.net/", "", "http://evil.example.net/"},
	} {
		got, err := form{action: tt.action}.target(page, tt.base)
		if err != nil || got.String() != tt.want {
			t.Errorf("%q from <base %s>: %v, %v; want %s", tt.action, tt.base, got, err, tt.want)
		}
	}
}

// A page may be anything; what is read of it grows no faster than it does.
func FuzzReadForms(f *testing.F) {
	f.Add([]byte(`<base href=/><form method=post><input name=user><input type=password name=pw><select name=s><option value=1></select></form>`))
	f.Fuzz(func(t *testing.T, page []byte) {
		forms, _ := readForms(page)
		fields := 0
		for _, form := range forms {
			fields += len(form.fields)
		}
		if len(forms)+fields > len(page) {
			t.Errorf("%d forms and %d fields in %d bytes", len(forms), fields, len(page))
		}
		if form, err := signInForm(forms); err == nil {
			form.fill("alice", "secret")
		}
	})
}
