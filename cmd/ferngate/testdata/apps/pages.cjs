// What the server-rendered apps in policies and turbo share: four pages and a
// sign-in, all of which keep in the browser's back/forward cache.
const express = require('express')
const { enter, leave, sessions } = require('./accounts.cjs')

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#039;' }
const escape = (text) => text.replace(/[&<>"']/g, (sign) => entities[sign])

// body is the inside of every page's body.
function body(user, title, content) {
  return `<nav><a href="/">/</a> <a href="/one">/one</a> <a href="/two">/two</a> <a href="/three">/three</a> <a id="sign-in" href="/sign-in">Sign in</a></nav>
  ${user ? '<form action="/sign-out" method="post"><button id="sign-out">Sign out</button></form>' : ''}
  <p id="greeting">Hello, ${user ? escape(user.name) : 'guest'}.</p>
  <h1>${title}</h1>
  ${content}`
}

const form = `<form action="/sign-in" method="post">
    <label>Login <input id="login" name="login"></label>
    <label>Password <input id="password" name="password" type="password"></label>
    <button id="enter">Sign in</button>
  </form>`

const titles = { '/': 'Front page', '/one': 'Page one', '/two': 'Page two', '/three': 'Page three' }

// serve has send(res, title, body) send the pages; extra is a path's own content.
function serve(app, send, extra = {}) {
  app.use(express.urlencoded({ extended: false }), sessions())
  app.use((req, res, next) => {
    res.set('Cache-Control', 'private, no-cache')
    next()
  })
  app.get('/api/me', (req, res) => res.json({ user: req.session.user ?? null }))
  for (const [path, title] of Object.entries(titles)) {
    app.get(path, (req, res) => send(res, title, body(req.session.user, title, extra[path] ?? '')))
  }
  app.get('/sign-in', (req, res) => send(res, 'Sign in', body(req.session.user, 'Sign in', form)))
  app.post('/sign-in', (req, res, next) => enter(req, next, () => res.redirect(303, '/'), () => {
    send(res.status(422), 'Sign in', body(null, 'Sign in', `<p role="alert">Wrong login or password.</p>${form}`))
  }))
  app.post('/sign-out', (req, res, next) => leave(req, res, next, () => res.redirect(303, '/')))
}

module.exports = { serve }
