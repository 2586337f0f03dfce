package main

import (
	"fmt"
	"regexp"
	"testing"
)

// What differs between any two answers of the kind.
var (
	date       = `[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT`
	sentAt     = "the second in which it was sent"
	itsSession = "each side has a session of its own"
)

func startComparedWiki(t *testing.T) *comparedApp {
	wiki := startDokuWiki(t)
	plant := func(i int) string { return fmt.Sprintf("data/pages/plants/fern%02d.txt", i) }
	pages := map[string]string{"data/pages/garden.txt": "====== Garten & Höfe ======\n{{:wiki:dokuwiki-128.png}}\n[[start]] [[wiki:syntax]] [[nowhere]]\n"}
	for i := range 20 {
		pages["data/pages/garden.txt"] += fmt.Sprintf("  * [[plants:fern%02d]]\n", i)
		pages[plant(i)] = fmt.Sprintf("====== Fern %d ======\nNeeds //%d// days & **shade**. See [[garden]] and [[fern%02d]].\n===== Soil =====\n<code>a <b> & c</code>\n", i, i*7, i+1)
	}
	wiki.run("mkdir", "-p", "data/pages/plants")
	writeFiles(t, wiki.dir, pages)
	wiki.run("chown", "-R", wiki.as, "data/pages")
	return &comparedApp{
		legacyApp: wiki.legacyApp(),
		seeds:     []string{"/", "/doku.php?id=garden", "/doku.php?id=wiki:syntax", "/doku.php?id=garden&do=export_raw", "/doku.php?id=garden&do=export_xhtmlbody", "/feed.php"},
		avoid:     regexp.MustCompile(`do=logout|sectok=|taskrunner\.php|do=edit`),
		bare:      []*bare{{why: "a part of a page, for other pages", path: regexp.MustCompile(`do=export_xhtmlbody$`)}},
		posts: []post{
			{"/doku.php?id=start&do=login", "sectok", "", "/doku.php?id=start", map[string]string{"do": "login", "u": "alice", "p": "wrong"}},
			{"/doku.php?id=start", "", "", "/doku.php?id=start", map[string]string{"do": "search", "q": "shade"}},
		},
		differs: []*explanation{
			ofHeader("Date", "("+date+")", sentAt),
			ofHeader("Expires", "("+date+")", "a day after that"),
			ofHeader("Set-Cookie", `DokuWiki=([0-9a-z]{26}); path=/; HttpOnly`, itsSession),
			ofHeader("Content-Type", `multipart/byteranges; boundary=([0-9]{20})`, "nginx counts them"),
			ofBody(`\r\n--([0-9]{20})`, "the same between the parts"),
			ofBody(`(?:sectok=|name="sectok" value=")([0-9a-f]{32})`, itsSession),
			ofBody(`/lib/exe/taskrunner\.php\?id=[\w:%]+&amp;([0-9]{10})"`, sentAt),
		},
	}
}

func startComparedDjango(t *testing.T) *comparedApp {
	return &comparedApp{
		legacyApp: startDjango(t, "db"),
		seeds:     []string{"/", "/admin/", "/admin/auth/user/", "/admin/auth/group/", "/admin/password_change/"},
		avoid:     regexp.MustCompile(`/admin/logout/`),
		posts: []post{
			{"/admin/password_change/", "csrfmiddlewaretoken", "", "/admin/login/?next=/admin/", map[string]string{"username": "alice", "password": "wrong"}},
			{"", "", "", "/admin/login/", map[string]string{"username": "alice", "password": "wrong"}}, // its answer to forgeries
		},
		differs: []*explanation{
			ofHeader("Date", "("+date+")", sentAt),
			ofHeader("Expires", "("+date+")", sentAt),
			ofHeader("Set-Cookie", ` ?csrftoken=(\w{64}); expires=(`+date+`); Max-Age=31449600; Path=/; SameSite=Lax`, "made for each stranger, for a year from now"),
			ofBody(`name="csrfmiddlewaretoken" value="(\w{64})"`, "masked anew for each page"),
			ofHeader("Etag", `(?:W/)?"([0-9a-f]{32})(?:;gzip)?"`, "of a page with that"),
		},
	}
}

func startComparedTomcat(t *testing.T) *comparedApp {
	return &comparedApp{
		legacyApp: startTomcat(t),
		seeds:     []string{"/examples/", "/examples/servlets/", "/examples/jsp/", tomcatPage, "/examples/websocket/"},
		avoid:     regexp.MustCompile(`;jsessionid=|logoff=|/async/`),
		posts: []post{
			{"", "", "", "/examples/jsp/security/protected/j_security_check", map[string]string{"j_username": "alice", "j_password": "wrong"}},
			{"", "", "", "/examples/servlets/servlet/RequestParamExample", map[string]string{"firstname": "Zoë & <b>", "lastname": "x"}},
		},
		differs: []*explanation{
			ofHeader("Date", "("+date+")", sentAt),
			ofHeader("Set-Cookie", `JSESSIONID=([0-9A-F]{32}); Path=/examples; HttpOnly; SameSite=Strict`, itsSession),
			ofBody(`(?:in session <b>|JSESSIONID=|Session ID: |Cookie Value: |;jsessionid=)([0-9A-F]{32})`, itsSession),
			ofBody(`(?:Created: |Last Accessed: )\s*([A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC [0-9]{4})`, "when the session began, and was used last"),
		},
	}
}

func startComparedExpress(t *testing.T) *comparedApp {
	return &comparedApp{
		legacyApp: startExpress(t, "memory"),
		seeds:     []string{"/", "/account", "/catalogue/", "/api/me", "/basket"},
		avoid:     regexp.MustCompile(`/logout`),
		bare: []*bare{
			{why: "a part of a page", path: regexp.MustCompile(`^/catalogue/odd/fragment$`)},
			{why: "a page of frames, which has no place for it", path: regexp.MustCompile(`^/catalogue/odd/frames$`)},
		},
		posts: []post{
			{"", "", "", "/login", map[string]string{"login": "alice", "password": "wrong"}},
		},
		differs: []*explanation{
			ofHeader("Date", "("+date+")", sentAt),
			ofHeader("Set-Cookie", `connect\.sid=(s%3A[\w%.-]+); Path=/; Expires=(`+date+`); HttpOnly`, itsSession),
		},
	}
}

func startComparedRedmine(t *testing.T) *comparedApp {
	return &comparedApp{
		legacyApp: startRedmine(t),
		seeds:     []string{"/", "/projects/garden", "/projects/garden/issues", "/issues/1", "/projects/garden/wiki", "/my/account", "/my/page", "/login", "/activity", "/robots.txt"},
		avoid:     regexp.MustCompile(`/logout`),
		posts: []post{
			{"/", "authenticity_token", "csrf-token", "/login", map[string]string{"username": "alice", "password": "wrong"}},
		},
		differs: []*explanation{
			ofHeader("X-Request-Id", `([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})`, "a number for each request"),
			ofHeader("X-Runtime", `([0-9]+\.[0-9]{6})`, "how many seconds it took"),
			ofHeader("Set-Cookie", `Redmine=([\w%-]+); path=/; HttpOnly`, "the session, encrypted anew each time"),
			ofBody(`name="(?:csrf-token|authenticity_token)" (?:content|value)="([\w+/=-]{80,100})"`, "masked anew for each form"),
			ofBody(`accept-charset="UTF-8"(?: data-remote="true")? name="[\w-]{4,40}-([0-9a-f]{8})" method="`, "forms have random names"),
			ofHeader("Etag", `W/"([0-9a-f]{32})"`, "of a page with that"),
		},
	}
}
