// What the apps in policies, spa and turbo share. Each is run as `node
// server.cjs SETTINGS`, a JSON file of at least port, people and log.
const fs = require('fs')
const express = require('express')
const session = require('express-session')

const settings = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))

// logged is an app that logs its requests, and takes the browser's reports.
function logged() {
  const log = fs.openSync(settings.log, 'a')
  const app = express()
  app.use((req, res, next) => {
    fs.writeSync(log, `${req.method} ${req.originalUrl} cookies=${req.get('cookie') ?? '-'} agent=${req.get('user-agent') ?? '-'}\n`)
    next()
  })
  app.get('/favicon.ico', (req, res) => res.status(204).end())
  app.post('/csp-report', (req, res) => res.status(204).end())
  return app
}

const sessions = () => session({ secret: 'only for tests', resave: false, saveUninitialized: false })

// enter signs a person in, whoever is signed in; wrong is called where nobody has that login and password.
function enter(req, next, entered, wrong) {
  const person = settings.people.find((p) => p.login === req.body.login && p.password === req.body.password)
  if (!person) return wrong()
  const { id, login, email, name } = person
  req.session.regenerate((err) => {
    if (err) return next(err)
    req.session.user = { id, login, email, name }
    entered(req.session.user)
  })
}

function leave(req, res, next, left) {
  req.session.destroy((err) => {
    if (err) return next(err)
    res.clearCookie('connect.sid')
    left()
  })
}

module.exports = { settings, logged, sessions, enter, leave }
