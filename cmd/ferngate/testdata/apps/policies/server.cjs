// Pages with a strict Content-Security-Policy; settings.policy is nonce or hash.
const crypto = require('crypto')
const { logged, settings } = require('../accounts.cjs')
const { serve } = require('../pages.cjs')

const hash = (text) => `'sha256-${crypto.createHash('sha256').update(text).digest('base64')}'`

const style = 'body { margin: 2rem; font-family: sans-serif; } #own { min-height: 1.5rem; }'
const done = "document.getElementById('own').textContent = 'The own script ran.'"

// The page's own script, and the policy that lets it run. Under strict-dynamic
// it may load another one.
const { script, policy } = {
  nonce: {
    script: "const more = document.createElement('script'); more.src = '/more.js'; more.defer = true; document.head.append(more)",
    policy: (nonce) => `script-src 'nonce-${nonce}' 'strict-dynamic'; object-src 'none'; base-uri 'none'`,
  },
  hash: {
    script: `addEventListener('DOMContentLoaded', () => { ${done} })`,
    policy: () => `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  },
}[settings.policy]

function send(res, title, body) {
  const nonce = crypto.randomBytes(16).toString('base64')
  res.set('Content-Security-Policy', `${policy(nonce)}; report-uri /csp-report`)
  res.send(`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>${title}</title>
  <style>${style}</style>
  <script${settings.policy === 'nonce' ? ` nonce="${nonce}"` : ''}>${script}</script>
</head>
<body>
  ${body}
  <p id="own"></p>
</body>
</html>
`)
}

const app = logged()
app.get('/more.js', (req, res) => res.type('js').send(`addEventListener('load', () => { ${done} })`))
serve(app, send)
app.listen(settings.port, '127.0.0.1')
