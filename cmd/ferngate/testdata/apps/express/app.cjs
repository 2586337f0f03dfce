// An Express app with a login of its own: `node app.cjs SETTINGS`, a JSON file
// of port, store (memory, redis or cookie), redis (its URL), people and log.
const fs = require('fs')
const express = require('express')

const settings = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

// sessions is the session middleware as its own page shows it, on any of the three stores.
async function sessions() {
  if (settings.store === 'cookie') {
    return require('cookie-session')({ name: 'session', keys: ['only for tests'], maxAge: 24 * 3600 * 1000 })
  }
  const options = {
    secret: 'only for tests',
    resave: false,
    saveUninitialized: false,
    rolling: true, // a cookie on every answer
    cookie: { maxAge: 3600 * 1000 },
  }
  if (settings.store === 'redis') {
    const { RedisStore } = require('connect-redis')
    const client = require('redis').createClient({ url: settings.redis })
    client.on('error', (err) => console.error(err.message)) // it connects again by itself
    await client.connect()
    options.store = new RedisStore({ client })
  }
  return require('express-session')(options)
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#039;' }
const escape = (text) => text.replace(/[&<>"']/g, (sign) => entities[sign])
const page = (body) => `<!doctype html><html lang="en"><head><title>Shop</title><link rel="stylesheet" href="/assets/shop.css"></head><body>${body}</body></html>`

function routes(app) {
  app.use('/assets', express.static(`${__dirname}/assets`))

  app.get('/', (req, res) => {
    const { user } = req.session
    res.send(page(user ? `<p>Hello, ${escape(user.name)}.</p><a href="/account">Account</a>` : '<p>Hello, guest.</p><a href="/login">Sign in</a>'))
  })

  app.get('/login', (req, res) => {
    res.send(page('<form id="login" method="post"><input name="login"><input name="password" type="password"><button>Sign in</button></form>'))
  })

  app.post('/login', (req, res, next) => {
    const person = settings.people.find((p) => p.login === req.body.login)
    if (!person || person.password !== req.body.password) {
      return res.status(403).send(page('<p>Wrong login or password.</p>'))
    }
    const enter = (err) => {
      if (err) return next(err)
      const { id, login, email, name } = person
      req.session.user = { id, login, email, name }
      res.redirect('/')
    }
    // cookie-session has nothing to regenerate.
    if (req.session.regenerate) req.session.regenerate(enter)
    else enter()
  })

  app.get('/logout', (req, res, next) => {
    if (!req.session.destroy) {
      req.session = null
      return res.redirect('/')
    }
    req.session.destroy((err) => {
      if (err) return next(err)
      res.clearCookie('connect.sid').redirect('/')
    })
  })

  app.get('/account', (req, res) => {
    const { user } = req.session
    if (!user) return res.redirect('/login')
    res.send(page(`<h1>${escape(user.name)}</h1><p>${escape(user.email)}</p>`))
  })

  app.get('/api/me', (req, res) => {
    if (!req.session.user) return res.status(401).json({ error: 'sign in first' })
    res.json({ user: req.session.user })
  })

  // Three cookies of 3 kB, as old apps have them.
  app.get('/basket', (req, res) => {
    for (const n of [1, 2, 3]) res.cookie(`basket${n}`, 'x'.repeat(3000))
    res.send(page('<p>Your basket.</p>'))
  })
}

async function main() {
  const log = fs.openSync(settings.log, 'a')
  const app = express()
  app.use((req, res, next) => {
    fs.writeSync(log, `${req.method} ${req.originalUrl} cookies=${req.get('cookie') ?? '-'} agent=${req.get('user-agent') ?? '-'}\n`)
    next()
  })
  app.use(express.urlencoded({ extended: false }))
  app.use(await sessions())
  routes(app)
  require('./catalogue.cjs')(app, page, escape)
  app.listen(settings.port, '127.0.0.1')
}

main()
