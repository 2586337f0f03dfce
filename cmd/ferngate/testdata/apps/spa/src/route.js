import { useSyncExternalStore } from 'react'

// The address bar is the only state that there is; who changes it says so here.
const listeners = new Set()
const changed = () => listeners.forEach((listener) => listener())

function subscribe(listener) {
  if (listeners.size === 0) window.addEventListener('popstate', changed)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('popstate', changed)
  }
}

export const usePath = () => useSyncExternalStore(subscribe, () => window.location.pathname)

export function go(path) {
  window.history.pushState(null, '', path)
  changed()
}
