package main

import "testing"

// nginxFront is nginx with auth_request, as deploy/nginx has it.
var nginxFront = frontKind{
	name:   "nginx",
	folder: "nginx",
	config: askedAt,
	site:   "forward_auth: { source: x_original }",
	from:   "127.0.0.1",
	start:  startFrontNginx,
	differs: differing(
		difference{
			why:  "nginx of two protocols takes the websocket",
			in:   "an upgrade to .* or .*",
			more: `(?m)^Upgrade: websocket\n`,
		},
		difference{
			why:   "nginx redirects with a page of its own",
			alone: `^303\n(Cache-Control: no-store\n)(Location: https://app.example.com/.ferngate/sign-in[^\n]*\nX-Content-Type-Options: nosniff\n\n)$`,
			front: "303\n${1}Content-Type: text/html\n${2}<html>\r\n<head><title>303 See Other</title></head>\r\n<body>\r\n" +
				"<center><h1>303 See Other</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
		},
		difference{
			why:   "nginx answers by itself for what is its own alone, and knows it in every spelling",
			in:    "the endpoint for proxies.*",
			alone: `(?s)^404\n.*`, front: "404", body: true,
		},
		difference{
			why:   "nginx refuses paths that are none by itself",
			in:    "paths that are none",
			alone: `(?s)^400\n.*`, front: "400", body: true,
		},
		difference{
			why:   "nginx knows no other host, and says so by itself",
			in:    "an absolute target of another host",
			alone: `(?s)^421\n.*`, front: "421", body: true,
		},
		difference{
			why:   "the host by which nginx chose the server, and not another one that the client said, too",
			in:    "another spelling of the host",
			alone: `Host: APP.example.com`,
			front: "Host: app.example.com",
		},
		difference{
			why:   "nginx drops trailers, and not their announcement",
			in:    "a chunked body with a trailer",
			alone: `\nX-Forwarded-Email`,
			front: "\nTrailer: X-Forwarded-User$0",
		},
	),
}

func startFrontNginx(t *testing.T, s *fronts, ferngate string) string {
	t.Helper()
	nginx := needProgram(t, "nginx")
	port := frontPort(t)
	dir := s.deployed(t, "nginx", "listen 443 ssl", "listen 127.0.0.1:"+port+" ssl",
		"127.0.0.1:8080", ferngate, "127.0.0.1:3000", s.app.address())
	writeFiles(t, dir, map[string]string{"nginx.conf": "daemon off; worker_processes 1; pid nginx.pid; events {}\n" +
		"http { server_tokens off; access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi; include ferngate.conf; }\n"})
	return s.startProxy(t, dir, port, nginx, "-e", "stderr", "-p", dir, "-c", "nginx.conf")
}
