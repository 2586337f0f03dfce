// Server-rendered pages that a library swaps into place; settings.library is
// turbo or htmx.
const { logged, settings } = require('../accounts.cjs')
const { serve } = require('../pages.cjs')

// Each library's file, how a body has it take links and forms over, and an
// element that it fills with a part of another page by itself.
const library = {
  turbo: {
    file: require.resolve('@hotwired/turbo/dist/turbo.es2017-umd.js'),
    body: '',
    element: 'turbo-frame',
    part: '<turbo-frame id="part" src="/part"></turbo-frame>',
  },
  htmx: {
    file: require.resolve('htmx.org/dist/htmx.min.js'),
    body: ' hx-boost:inherited="true"',
    element: 'div',
    part: '<div id="part" hx-get="/part" hx-trigger="load" hx-select="#part > p"></div>',
  },
}[settings.library]

const page = (title, body) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>${title}</title>
  <script src="/library.js" defer></script>
</head>
<body${library.body}>
  ${body}
</body>
</html>
`

// A whole page around the part, as most frameworks would send it.
const part = `<!doctype html>
<html>
<head><title>A part</title></head>
<body><${library.element} id="part"><p>Part of a page</p></${library.element}></body>
</html>
`

const app = logged()
app.get('/library.js', (req, res) => res.sendFile(library.file))
app.get('/part', (req, res) => res.set('Cache-Control', 'no-cache').send(part))
serve(app, (res, title, body) => res.send(page(title, body)), { '/two': library.part })
app.listen(settings.port, '127.0.0.1')
