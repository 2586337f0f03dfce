package main

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page of Tomcat's examples that wants a login, and shows the form at its own address.
const tomcatPage = "/examples/jsp/security/protected/index.jsp"

// startTomcat runs Debian's Tomcat with its examples, and its manager, which ends sessions.
func startTomcat(t *testing.T) *legacyApp {
	t.Helper()
	needTomcat(t)
	s := newAppServer(t, "tomcat")
	sources, err := filepath.Abs("testdata/apps/tomcat")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range [][]string{
		{"mkdir", "webapps", "temp"},
		{"cp", "-rL", "/usr/share/tomcat10/skel/conf", "conf"},
		{"cp", filepath.Join(sources, "server.xml"), "conf/server.xml"},
		{"cp", "-rL", "/usr/share/tomcat10-examples/examples", "webapps/examples"},
		{"cp", "-rL", "/usr/share/tomcat10-admin/manager", "webapps/manager"},
	} {
		s.run(step...)
	}
	writeFiles(t, s.dir, map[string]string{"conf/tomcat-users.xml": tomcatUsers(t)})
	s.launch = func() []*process {
		tomcat := start(t, s.dir, "env", "CATALINA_BASE="+s.dir, "CATALINA_HOME=/usr/share/tomcat10",
			"CATALINA_OPTS=-Xmx256m -Dapp.port="+s.port, "/usr/share/tomcat10/bin/catalina.sh", "run")
		tomcat.answers(t, s.url)
		return []*process{tomcat}
	}
	s.start()
	return tomcatApp(s)
}

// tomcatApp describes it to the story of the apps that are followed.
func tomcatApp(s *appServer) *legacyApp {
	return &legacyApp{
		appServer: s,
		mapping:   "tomcat",
		whoami:    tomcatPage,
		// Its session cookie has the path /examples, so that only the first of them gets it.
		tokens:    []string{"/examples/api/ferndesk-token", "/api/ferndesk-token"},
		page:      tomcatPage,
		private:   "/examples/servlets/servlet/HelloWorldExample",
		asset:     "/examples/servlets/images/code.gif",
		websocket: "/examples/websocket/echoAnnotation",
		greets:    func(p person) string { return "<b>" + p.Login + "</b>" },
		login: func(v *visitor, p person) answer {
			v.t.Helper()
			v.get(tomcatPage).want(v.t, http.StatusOK, "")
			return v.post("/examples/jsp/security/protected/j_security_check", url.Values{"j_username": {p.Login}, "j_password": {appPassword}})
		},
		logout: func(v *visitor) answer { return v.get(tomcatPage + "?logoff=true") },
		expire: func() { expireTomcat(s.t, s.url) },
		pages: []string{
			"/examples/", "/examples", "/examples/servlets/images/code.gif", "/examples/servlets/",
			"/examples/jsp/jsp2/el/basic-arithmetic.jsp", "/examples/nothing/here", tomcatPage,
		},
		varying: []varying{
			{"a stranger's session is random", regexp.MustCompile(`(JSESSIONID=)[0-9A-F]*`)},
			{"so it is in links", regexp.MustCompile(`(;jsessionid=)[0-9A-F]*`)},
			{"and on the page", regexp.MustCompile(`(in session <b>)[0-9A-F]*`)},
		},
	}
}

func needTomcat(t *testing.T) {
	t.Helper()
	var missing []string
	for path, name := range map[string]string{
		"/usr/share/tomcat10/bin/catalina.sh":           "tomcat10-common",
		"/usr/share/tomcat10/skel/conf":                 "tomcat10-user",
		"/usr/share/tomcat10-examples/examples/WEB-INF": "tomcat10-examples",
		"/usr/share/tomcat10-admin/manager/WEB-INF":     "tomcat10-admin",
	} {
		if _, err := os.Stat(path); err != nil {
			missing = append(missing, name)
		}
	}
	need(t, strings.Join(missing, ", "))
}

// tomcatUsers are the people, and one who may end sessions.
func tomcatUsers(t *testing.T) string {
	t.Helper()
	type user struct {
		Name     string `xml:"username,attr"`
		Password string `xml:"password,attr"`
		Roles    string `xml:"roles,attr"`
	}
	users := struct {
		XMLName xml.Name `xml:"tomcat-users"`
		Users   []user   `xml:"user"`
	}{Users: []user{{"operator", appPassword, "manager-script"}}}
	for _, p := range threePeople() {
		users.Users = append(users.Users, user{p.Login, appPassword, "tomcat"})
	}
	text, err := xml.Marshal(users)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// expireTomcat ends all sessions of the examples.
func expireTomcat(t *testing.T, base string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/manager/text/expire?path=/examples&idle=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("operator", appPassword)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("the manager answers %s", res.Status)
	}
}
