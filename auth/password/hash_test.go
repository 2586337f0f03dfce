package password

import (
	"errors"
	"strings"
	"testing"
)

func TestStoredHashesOfEveryFormatMatchTheirPassword(t *testing.T) {
	for name, c := range map[string]struct{ text, password string }{
		"argon2id of the reference implementation": {
			"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"},
		"argon2id, two lanes": {newArgon2(argon2Cost{memory: 16, passes: 2, threads: 2}, "ü 🌿").String(), "ü 🌿"},
		"htpasswd -B":         {"$2y$04$VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW", "swordfish"},
		"htpasswd -B, UTF-8":  {"$2y$05$FMZ.Iox5BqnSwf7pBmupne/aj8sSC6uo3P1LKPexFL.ygEoQL6KRW", "pässwörd"},
		"bcrypt 2b":           {"$2b$04$VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW", "swordfish"},
		"bcrypt 2a":           {"$2a$04$VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW", "swordfish"},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := parseHash(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if !h.matches(c.password) {
				t.Error("the right password does not match")
			}
			for _, wrong := range []string{"", c.password + "x", strings.ToUpper(c.password)} {
				if h.matches(wrong) {
					t.Errorf("%q matches", wrong)
				}
			}
			if dummy := h.cost().dummy(); dummy.cost() != h.cost() || dummy.matches(c.password) {
				t.Error("the dummy has another cost, or matches")
			}
		})
	}
}

func TestHashesOutOfBoundsAreRefused(t *testing.T) {
	const salt, tag = "c29tZXNhbHQ", "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	argon2id := func(parameters string) string { return "$argon2id$v=19$" + parameters + "$" + salt + "$" + tag }
	const digits = "VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW"
	for text, want := range map[string]error{
		"":                                               errFormat,
		"swordfish":                                      errFormat,
		"$argon2i$v=19$m=8,t=1,p=1$" + salt:              errFormat,
		"$1$salt$hash":                                   errFormat,
		"{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=":              errFormat,
		"$apr1$x$y":                                      errFormat,
		"$argon2id$" + tag:                               errArgon2Form,
		argon2id("m=8,t=1,p=0"):                          errArgon2Lanes,
		argon2id("m=8192,t=1,p=65"):                      errArgon2Lanes,
		argon2id("m=8192,t=1,p=257"):                     errArgon2Lanes,
		argon2id("m=7,t=1,p=1"):                          errArgon2Memory,
		argon2id("m=31,t=1,p=4"):                         errArgon2Memory,
		argon2id("m=1048577,t=1,p=1"):                    errArgon2Memory,
		argon2id("m=4294967304,t=1,p=1"):                 errArgon2Memory,
		argon2id("m=99999999999999999999999,t=1,p=1"):    errArgon2Memory,
		argon2id("m=8,t=0,p=1"):                          errArgon2Passes,
		argon2id("m=8,t=65,p=1"):                         errArgon2Passes,
		argon2id("m=1048576,t=5,p=1"):                    errArgon2Work,
		argon2id("m=-8,t=1,p=1"):                         errArgon2Form,
		argon2id("m=08,t=1,p=1"):                         errArgon2Form,
		argon2id("t=1,m=8,p=1"):                          errArgon2Form,
		argon2id("m=8,t=1,p=1,data=x"):                   errArgon2Form,
		argon2id("m=8,t=1"):                              errArgon2Form,
		argon2id("m=8,t=1,p=1") + "\n":                   errArgon2Form,
		argon2id("m=8,t=1,p=1") + "=":                    errArgon2Form,
		"$argon2id$v=16$m=8,t=1,p=1$" + salt + "$" + tag: errArgon2Form,
		"$argon2id$m=8,t=1,p=1$" + salt + "$" + tag:      errArgon2Form,
		"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbA$" + tag:   errArgon2Salt,
		"$argon2id$v=19$m=8,t=1,p=1$" + strings.Repeat("AAAA", 22) + "$x":   errArgon2Form,
		"$argon2id$v=19$m=8,t=1,p=1$" + strings.Repeat("AAAA", 22) + "$AAA": errArgon2Salt,
		"$argon2id$v=19$m=8,t=1,p=1$" + salt + "$c29tZXNhbHQ":               errArgon2Tag,
		"$argon2id$v=19$m=8,t=1,p=1$" + salt + "$" + tag[:42] + "5":         errArgon2Form, // trailing bits
		"$2x$04$" + digits:                          errBcryptForm,
		"$2$04$" + digits:                           errBcryptForm,
		"$2y$4$" + digits:                           errBcryptForm,
		"$2y$+4$" + digits:                          errBcryptForm,
		"$2y$04$" + digits + "x":                    errBcryptForm,
		"$2y$04$" + digits[1:]:                      errBcryptForm,
		"$2y$04$" + digits[:26] + "=" + digits[27:]: errBcryptForm,
		"$2y$03$" + digits:                          errBcryptCost,
		"$2y$17$" + digits:                          errBcryptCost,
		"$2y$99$" + digits:                          errBcryptCost,
	} {
		if h, err := parseHash(text); !errors.Is(err, want) {
			t.Errorf("parseHash(%q) = %v, %v, want %v", text, h, err, want)
		}
	}
}

func TestHashMakesWhatTheFileTakes(t *testing.T) {
	text, err := Hash("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("not RFC 9106's second recommended option: %s", text)
	}
	h, err := parseHash(text)
	if err != nil {
		t.Fatal(err)
	}
	if !h.matches("correct horse") || h.matches("battery staple") {
		t.Error("it does not tell right from wrong")
	}
	again, err := Hash("correct horse")
	if err != nil || again == text {
		t.Errorf("the salt is not fresh: %v", err)
	}
}

func TestHashRefusesPasswordsThatCannotSignIn(t *testing.T) {
	for _, password := range []string{"", strings.Repeat("x", maxPassword+1)} {
		if text, err := Hash(password); err == nil {
			t.Errorf("%d bytes: got %s", len(password), text)
		}
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Add("$2y$04$VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW")
	f.Add("$2b$31$")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseHash(text)
		if err != nil {
			return
		}
		switch h := h.(type) {
		case argon2Hash:
			if err := h.check(); err != nil || len(h.salt) > maxArgon2Salt || len(h.tag) > maxArgon2Tag {
				t.Errorf("out of bounds: %+v", h)
			}
			if h.String() != text {
				t.Errorf("read as %s", h)
			}
			if h.memory*h.passes <= 1024 {
				h.matches("swordfish")
			}
		case bcryptHash:
			if h.bcryptCost < minBcryptCost || h.bcryptCost > maxBcryptCost || h.text != text {
				t.Errorf("out of bounds: %+v", h)
			}
			if h.bcryptCost == minBcryptCost {
				h.matches("swordfish")
			}
		}
	})
}
