// Reads {token, secret, now} as JSON from standard input, or a list of such, and
// prints what jsonwebtoken makes of each token at that time (in seconds).
const jwt = require('jsonwebtoken')
const verify = ({ token, secret, now }) => {
  try {
    return { claims: jwt.verify(token, secret, { algorithms: ['HS256'], clockTimestamp: now }) }
  } catch (e) {
    return { error: e.name }
  }
}
const questions = JSON.parse(require('fs').readFileSync(0, 'utf8'))
console.log(JSON.stringify(Array.isArray(questions) ? questions.map(verify) : verify(questions)))
