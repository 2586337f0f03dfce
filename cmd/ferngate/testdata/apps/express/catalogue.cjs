// A catalogue of many pages for everybody, as Express and old habits answer them.
const zlib = require('zlib')

const articles = Array.from({ length: 40 }, (_, i) => ({ id: i + 1, name: `Fern ${i + 1} & Søn`, price: (i * 7) % 50 }))

const link = (to, text) => `<li><a href="${to}">${text}</a>`

const oddities = [
  'frames', 'sheet', 'fragment', 'policy', 'stream', 'events', 'latin1', 'packed', 'cookies', 'links', 'moved', 'away', 'empty', 'gone', 'broken', 'data.json', 'untyped', 'late', 'dated',
]

module.exports = (app, page, escape) => {
  app.get('/catalogue/', (req, res) => {
    const found = articles.filter((a) => a.name.includes(req.query.q ?? ''))
    const from = Number(req.query.from ?? 0)
    const list = found.slice(from, from + 10).map((a) => link(a.id, escape(a.name)))
    const odd = oddities.map((name) => link(`odd/${name}`, name))
    res.send(page(`<form><input name="q" value="${escape(req.query.q ?? '')}"></form><ul>${list.join('')}${link(`?from=${from + 10}`, 'More')}${odd.join('')}</ul>`))
  })

  app.get('/catalogue/:id', (req, res, next) => {
    const article = articles.find((a) => a.id === Number(req.params.id))
    if (!article) return next()
    res.set('Last-Modified', new Date(Date.UTC(2020, 1, article.id)).toUTCString())
    res.send(page(`<h1>${escape(article.name)}</h1><p>${article.price} €</p><img src="/assets/shop.css?${article.id}" alt="">`))
  })

  const odd = (name, answer) => app.get(`/catalogue/odd/${name}`, answer)
  odd('frames', (req, res) => res.send('<html><head><title>F</title></head><frameset cols="20%,80%"><frame src="/"><frame src="/catalogue/"></frameset></html>'))
  odd('sheet', (req, res) => res.attachment('sheet.html').send(page('<table></table>')))
  odd('fragment', (req, res) => res.send('<p>A part of a page.</p>'))
  odd('policy', (req, res) => res.set('Content-Security-Policy', "default-src 'self'; script-src 'self'; img-src *").send(page('<p>Strict.</p>')))
  odd('latin1', (req, res) => res.type('text/html; charset=iso-8859-1').end(Buffer.from(page('<p>Gr\xfc\xdfe</p>'), 'latin1')))
  odd('cookies', (req, res) => res.append('Set-Cookie', ['a=1; path=/catalogue', 'b=2; HTTPONLY; Max-Age=60', 'a=3']).append('Vary', 'Cookie').append('Vary', 'Accept-Language').send(page('Crumbs')))
  odd('links', (req, res) => res.append('Link', ['</a>; rel=prev', '</b>; rel=next']).set('X-Empty', '').send(page('Links')))
  odd('moved', (req, res) => res.redirect(301, '../../catalogue/'))
  odd('away', (req, res) => res.redirect('https://elsewhere.example.test/x?y=1'))
  odd('empty', (req, res) => res.status(204).end())
  odd('gone', (req, res) => res.status(410).send(page('Gone')))
  odd('broken', (req, res) => res.status(500).send(page('Broken')))
  odd('data.json', (req, res) => res.json({ articles }))
  odd('untyped', (req, res) => res.end('<html><b>no type at all</b>'))
  odd('dated', (req, res) => res.type('html').set('Last-Modified', 'Mon, 03 Feb 2020 04:05:06 GMT').end(page('Of a day')))
  odd('late', (req, res) => {
    res.set('Trailer', 'X-Checked').type('html').write(page('Late'))
    res.addTrailers({ 'X-Checked': 'yes' })
    res.end()
  })

  // Without a length, in pieces that arrive one after the other.
  const inPieces = (res, pieces) => {
    const [piece, ...rest] = pieces
    if (!piece) return res.end()
    res.write(piece)
    setImmediate(inPieces, res, rest)
  }
  odd('stream', (req, res) => inPieces(res.type('html'), page('<p>Slowly, slowly.</p>'.repeat(50)).match(/[^]{1,400}/g)))
  odd('events', (req, res) => inPieces(res.type('text/event-stream'), ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']))

  odd('packed', (req, res) => {
    res.vary('Accept-Encoding')
    const text = page('<p>Packed.</p>'.repeat(300))
    if (!req.acceptsEncodings('gzip')) return res.send(text)
    res.set('Content-Encoding', 'gzip').type('html').send(zlib.gzipSync(text))
  })
}
