package explain

import "testing"

func TestHeadersAreMaskedUnlessTheyAreKnownToBeNoSecret(t *testing.T) {
	for _, tt := range []struct{ name, value, want string }{
		{"User-Agent", "Firefox", "Firefox"},
		{"X-Forwarded-For", "127.0.0.1", "127.0.0.1"},
		{"Cookie", `a=canary; b="x=y";c=`, "a=… (6 bytes); b=… (5 bytes); c=… (0 bytes)"},
		{"Authorization", "Bearer canary", "Bearer … (6 bytes)"},
		{"Authorization", "canary", "… (6 bytes)"},
		{"X-Api-Key", "canary", "… (6 bytes)"},
		{"X-Anything", "canary", "… (6 bytes)"},
	} {
		if got := maskHeader(tt.name, tt.value); got != tt.want {
			t.Errorf("%s: %s shows %s, want %s", tt.name, tt.value, got, tt.want)
		}
	}
}

func TestAddressesAreShownWithoutQueryAndParameters(t *testing.T) {
	for _, tt := range []struct{ value, want string }{
		{"/login", "/login"},
		{"/login?code=canary", "/login?…"},
		{"login;jsessionid=canary?x#canary", "login;…?…"},
		{"https://alice:canary@sso.example.net/a%20b/?state=canary#canary", "https://sso.example.net/a%20b/?…"},
		{"https://sso.example.net", "https://sso.example.net/"},
		{"//sso.example.net/x", "//sso.example.net/x"},
		{"javascript:canary", "javascript:…"},
		{"http://[canary", "a malformed address"},
	} {
		if got := location(tt.value); got != tt.want {
			t.Errorf("%s shows %s, want %s", tt.value, got, tt.want)
		}
	}
}
