// Serves the React app that Vite built into the folder settings.dist, and its API.
const path = require('path')
const compression = require('compression')
const express = require('express')
const { enter, leave, logged, sessions, settings } = require('../accounts.cjs')

const policy = "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'self'; report-uri /csp-report"

const api = express.Router()
api.use(express.json(), sessions())
api.use((req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
})
api.get('/me', (req, res) => res.json({ user: req.session.user ?? null }))
api.post('/session', (req, res, next) => {
  enter(req, next, (user) => res.json({ user }), () => res.status(403).json({ error: 'wrong login or password' }))
})
api.delete('/session', (req, res, next) => leave(req, res, next, () => res.status(204).end()))

const app = logged()
app.use(compression({ threshold: 0 })) // as small as the page is
app.use((req, res, next) => {
  res.set('Content-Security-Policy', policy)
  next()
})
app.use('/assets', express.static(path.join(settings.dist, 'assets'), { immutable: true, maxAge: '1y' }))
app.use('/api', api)

// Every other path is one of the app's own routes.
app.get('*', (req, res) => {
  res.sendFile(path.join(settings.dist, 'index.html'), { cacheControl: false, headers: { 'Cache-Control': 'no-cache' } })
})
app.listen(settings.port, '127.0.0.1')
