// Reads {token, secret, now} as JSON from standard input and prints what
// jsonwebtoken makes of the token at that time (in seconds).
const jwt = require('jsonwebtoken')
const { token, secret, now } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
try {
  const claims = jwt.verify(token, secret, { algorithms: ['HS256'], clockTimestamp: now })
  console.log(JSON.stringify({ claims }))
} catch (e) {
  console.log(JSON.stringify({ error: e.name }))
}
