package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// wikiPassword is alice's at DokuWiki, which knows nothing of ferngate's.
const wikiPassword = "Looking-Glass-1871"

// dokuwiki is Debian's, on its nginx and php-fpm, with a state of its own.
type dokuwiki struct {
	t   *testing.T
	dir string
	url string
	fpm string // the program
	as  string // the user that it runs as
}

// startDokuWiki runs it, or skips the test where it is not installed.
func startDokuWiki(t *testing.T) *dokuwiki {
	t.Helper()
	w := &dokuwiki{t: t, fpm: needDokuWiki(t), as: "www-data"}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	w.url = "http://127.0.0.1:" + port
	// Not t.TempDir, which its other user may not enter.
	if w.dir, err = os.MkdirTemp("", "ferngate-dokuwiki-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(w.dir) })
	w.install(port)
	start(t, w.dir, w.fpm, "-F", "-y", filepath.Join(w.dir, "fpm.conf"))
	eventually(t, "php-fpm", func() error {
		_, err := os.Stat(filepath.Join(w.dir, "fpm.sock"))
		return err
	})
	nginx := start(t, w.dir, nginxPath(), "-e", filepath.Join(w.dir, "nginx-error.log"), "-c", filepath.Join(w.dir, "nginx.conf"))
	nginx.answers(t, w.url+"/lib/tpl/dokuwiki/images/logo.png")
	return w
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
func (w *dokuwiki) install(port string) {
	w.t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(wikiPassword), bcrypt.MinCost)
	if err != nil {
		w.t.Fatal(err)
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
			"$conf['license']=''; $conf['updatecheck']=0; $conf['superuser']='@admin';\n", w.dir),
		"www/conf/users.auth.php": "alice:" + string(hash) + ":Alice Liddell:alice@example.test:user\n",
		"www/conf/acl.auth.php":   "* @ALL 1\n* @user 8\n",
		"data/pages/start.txt":    "====== Start ======\nHello from an old wiki.\n",
		"fpm.conf":                strings.NewReplacer("{dir}", w.dir).Replace(fpmConfig),
		"nginx.conf":              strings.NewReplacer("{dir}", w.dir, "{port}", port).Replace(nginxConfig),
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

func (w *dokuwiki) run(args ...string) {
	w.t.Helper()
	cmd := exec.CommandContext(w.t.Context(), args[0], args[1:]...)
	cmd.Dir = w.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
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

// nginxConfig logs of each request what ferngate added and took away.
const nginxConfig = `daemon off;
pid {dir}/nginx.pid;
user www-data;
events {}
http {
  include /etc/nginx/mime.types;
  log_format seen '$request_method $request_uri user=$http_x_forwarded_user cookies=$http_cookie';
  access_log {dir}/access.log seen;
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
