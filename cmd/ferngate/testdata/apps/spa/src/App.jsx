import { useState } from 'react'
import { go, usePath } from './route.js'
import { useSession } from './session.js'

function Link({ to, id, children }) {
  const follow = (event) => {
    event.preventDefault()
    go(to)
  }
  return <a href={to} id={id} onClick={follow}>{children}</a>
}

function SignIn({ signIn }) {
  const [wrong, setWrong] = useState(false)
  const submit = async (event) => {
    event.preventDefault()
    const form = new FormData(event.target)
    if (await signIn(form.get('login'), form.get('password'))) go('/')
    else setWrong(true)
  }
  return (
    <form onSubmit={submit}>
      <h1>Sign in</h1>
      <label>Login <input id="login" name="login" autoComplete="username" /></label>
      <label>Password <input id="password" name="password" type="password" autoComplete="current-password" /></label>
      <button id="enter">Sign in</button>
      {wrong && <p role="alert">Wrong login or password.</p>}
    </form>
  )
}

const pages = {
  '/': () => <h1>Front page</h1>,
  '/one': () => <h1>Page one</h1>,
  '/two': () => <h1>Page two</h1>,
  '/three': () => <h1>Page three</h1>,
}

export default function App() {
  const path = usePath()
  const { user, signIn, signOut } = useSession()
  if (user === undefined) return null
  const leave = async () => {
    await signOut()
    go('/')
  }
  const Page = pages[path] ?? (() => <h1>Nothing here</h1>)
  return (
    <>
      <nav>
        {Object.keys(pages).map((to) => <Link key={to} to={to}>{to}</Link>)}
        <Link to="/sign-in" id="sign-in">Sign in</Link>
        {user && <button id="sign-out" onClick={leave}>Sign out</button>}
      </nav>
      <p id="greeting">{`Hello, ${user ? user.name : 'guest'}.`}</p>
      {path === '/sign-in' ? <SignIn signIn={signIn} /> : <Page />}
    </>
  )
}
