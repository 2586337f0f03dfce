package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// dokuwiki is Debian's, on its nginx and php-fpm, with a state of its own.
type dokuwiki struct {
	*appServer
	fpm string // the program
	as  string // the user that it runs as
}

// startDokuWiki runs it, or skips the test where it is not installed.
func startDokuWiki(t *testing.T) *dokuwiki {
	t.Helper()
	w := &dokuwiki{fpm: needDokuWiki(t), as: "www-data"}
	w.appServer = newAppServer(t, "dokuwiki")
	w.install()
	w.launch = func() []*process {
		fpm := start(t, w.dir, w.fpm, "-F", "-y", w.path("fpm.conf"))
		eventually(t, "php-fpm", func() error {
			_, err := os.Stat(w.path("fpm.sock"))
			return err
		})
		nginx := start(t, w.dir, nginxPath(), "-e", w.path("nginx-error.log"), "-c", w.path("nginx.conf"))
		nginx.answers(t, w.url+wikiLogo)
		return []*process{nginx, fpm}
	}
	w.start()
	return w
}

const wikiLogo = "/lib/tpl/dokuwiki/images/logo.png"

// legacyApp describes it to the story of the apps that are followed.
func (w *dokuwiki) legacyApp() *legacyApp {
	return &legacyApp{
		appServer: w.appServer,
		mapping:   "dokuwiki",
		whoami:    "/doku.php?id=start&do=profile",
		tokens:    []string{"/api/ferndesk-token"},
		page:      "/doku.php?id=start",
		private:   "/lib/exe/mediamanager.php",
		asset:     wikiLogo,
		greets:    func(p person) string { return "<bdi>" + escaped(p.Name) + "</bdi>" },
		login: func(v *visitor, p person) answer {
			v.t.Helper()
			token := v.get("/doku.php?id=start&do=login").field(v.t, "sectok")
			a := v.post("/doku.php?id=start", url.Values{"do": {"login"}, "sectok": {token}, "u": {p.Login}, "p": {appPassword}})
			a.want(v.t, http.StatusFound, "")
			return a
		},
		logout: func(v *visitor) answer {
			v.t.Helper()
			token := v.get("/doku.php?id=start").field(v.t, "sectok")
			return v.get("/doku.php?id=start&do=logout&sectok=" + token)
		},
		expire:        w.expire,
		keepsSessions: true,
		switches:      true,
		pages: []string{
			"/", "/doku.php?id=start", "/doku.php?id=start&do=login", "/doku.php?id=start&do=profile", "/doku.php?id=start&do=export_raw",
			"/doku.php?id=nothing:here", wikiLogo, "/lib/exe/css.php", "/lib/exe/js.php",
		},
		varying: []varying{
			{"a picture's address has the time", regexp.MustCompile(`(taskrunner\.php\?id=[^&]*&amp;)[0-9]+`)},
			{"a stranger's session is random", regexp.MustCompile(`(Set-Cookie: DokuWiki=)[^;]*`)},
		},
	}
}

// expire ends all its sessions: those of PHP, and by a new salt the cookies
// that would begin new ones.
func (w *dokuwiki) expire() {
	w.t.Helper()
	sessions, _ := filepath.Glob(w.path("sess/*")) // the pattern is well-formed
	for _, file := range append(sessions, w.path("data/meta/_htcookiesalt2")) {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			w.t.Fatal(err)
		}
	}
}

// needDokuWiki returns php-fpm's program.
func needDokuWiki(t *testing.T) string {
	t.Helper()
	var missing []string
	fpms, _ := filepath.Glob("/usr/sbin/php-fpm[0-9]*") // the pattern is well-formed
	if len(fpms) == 0 {
		missing = append(missing, "php-fpm")
	} else if list, err := exec.CommandContext(t.Context(), fpms[0], "-m").Output(); err != nil {
		t.Fatalf("%s -m: %v", fpms[0], err)
	} else {
		for _, module := range []string{"xml", "mbstring"} {
			if !strings.Contains(string(list), "\n"+module+"\n") {
				missing = append(missing, "php-"+module)
			}
		}
	}
	if nginxPath() == "" {
		missing = append(missing, "nginx")
	}
	if _, err := os.Stat("/usr/share/dokuwiki/doku.php"); err != nil {
		missing = append(missing, "dokuwiki")
	}
	need(t, strings.Join(missing, ", "))
	return fpms[0]
}

func nginxPath() string {
	for _, name := range []string{"nginx", "/usr/sbin/nginx"} { // sbin is not on everybody's path
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// install lays out DokuWiki with its state inside dir, which Debian's own
// preload.php would look for elsewhere.
func (w *dokuwiki) install() {
	w.t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(appPassword), bcrypt.MinCost)
	if err != nil {
		w.t.Fatal(err)
	}
	var users strings.Builder
	for _, p := range threePeople() {
		fmt.Fprintf(&users, "%s:%s:%s:%s:user\n", p.Login, hash, p.Name, p.Email)
	}
	for _, step := range [][]string{
		{"mkdir", "data", "sess"},
		{"cp", "-rL", "/usr/share/dokuwiki", "www"},
		{"rm", "-f", "www/inc/preload.php", "www/install.php"},
		{"cp", "-rL", "/etc/dokuwiki", "www/conf"},
		{"cp", "-rL", "/var/lib/dokuwiki/data/.", "data"},
		{"mkdir", "-p", "data/pages"},
	} {
		w.run(step...)
	}
	writeFiles(w.t, w.dir, map[string]string{
		"www/conf/local.php": fmt.Sprintf("<?php\n$conf['title']='Old wiki'; $conf['savedir']='%s/data'; $conf['useacl']=1;\n"+
			"$conf['license']=''; $conf['signature']='@USER@'; $conf['updatecheck']=0; $conf['superuser']='@admin';\n", w.dir),
		"www/conf/users.auth.php": users.String(),
		"www/conf/acl.auth.php":   "* @ALL 1\n* @user 8\n",
		"data/pages/start.txt":    "====== Start ======\nHello from an old wiki.\n",
		"fpm.conf":                strings.NewReplacer("{dir}", w.dir).Replace(fpmConfig),
		"nginx.conf":              strings.NewReplacer("{dir}", w.dir, "{port}", w.port).Replace(nginxConfig),
	})
	if os.Geteuid() == 0 {
		w.run("chown", "-R", w.as, ".")
		return
	}
	// Both programs drop no rights that they do not have.
	me, err := user.Current()
	if err != nil {
		w.t.Fatal(err)
	}
	w.as = me.Username
}

const fpmConfig = `[global]
daemonize = no
error_log = {dir}/fpm-error.log
[www]
user = www-data
group = www-data
listen = {dir}/fpm.sock
listen.owner = www-data
pm = static
pm.max_children = 2
php_admin_value[session.save_path] = {dir}/sess
`

// nginxConfig logs of each request, besides what appServer wants, whom ferngate says it is from.
const nginxConfig = `daemon off;
pid {dir}/nginx.pid;
user www-data;
events {}
http {
  include /etc/nginx/mime.types;
  log_format seen '$request_method $request_uri user=$http_x_forwarded_user cookies=$http_cookie agent=$http_user_agent';
  access_log {dir}/requests.log seen;
  gzip on;
  gzip_types text/css application/javascript application/json;
  client_body_temp_path {dir}/body;
  fastcgi_temp_path {dir}/fastcgi;
  proxy_temp_path {dir}/proxy;
  scgi_temp_path {dir}/scgi;
  uwsgi_temp_path {dir}/uwsgi;
  client_max_body_size 8m;
  server {
    listen 127.0.0.1:{port};
    root {dir}/www;
    index index.php;
    location ~ \.php(/|$) {
      fastcgi_split_path_info ^(.+?\.php)(/.*)?$;
      include /etc/nginx/fastcgi.conf;
      fastcgi_param PATH_INFO $fastcgi_path_info;
      fastcgi_pass unix:{dir}/fpm.sock;
    }
  }
}
`
