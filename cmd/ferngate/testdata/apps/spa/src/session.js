import { useEffect, useState } from 'react'

const json = { 'Content-Type': 'application/json' }

// useSession is who is signed in: undefined until the server has said so.
export function useSession() {
  const [user, setUser] = useState()
  useEffect(() => {
    fetch('/api/me').then((res) => res.json()).then((me) => setUser(me.user))
  }, [])

  // signIn resolves to false for a wrong password. Nobody has to sign out first.
  async function signIn(login, password) {
    const res = await fetch('/api/session', { method: 'POST', headers: json, body: JSON.stringify({ login, password }) })
    if (res.ok) setUser((await res.json()).user)
    return res.ok
  }

  async function signOut() {
    await fetch('/api/session', { method: 'DELETE' })
    setUser(null)
  }

  return { user, signIn, signOut }
}
