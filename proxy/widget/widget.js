// The help widget, in a page that ferngate put it into: loads the Ferndesk SDK, says who is signed in, and follows
// every change of that. It is the same for everybody, never throws into the page, and does not complain in its console.
(() => {
  'use strict';
  const settings = SETTINGS;

  // Kept before the page puts something else there.
  const { fetch, setTimeout, clearTimeout, AbortController, BroadcastChannel } = window;
  const { locks } = navigator; // none on plain HTTP
  const nonce = document.currentScript && document.currentScript.nonce;

  const second = 1000, soon = 2 * second, never = 2 ** 53;
  const bare = fields => Object.assign(Object.create(null), fields); // whatever the page did to Object.prototype
  const quiet = run => async (...given) => {
    try {
      await run(...given);
    } catch (e) { /* nothing that the page could do about it */ }
  };
  const on = (target, names, run, capture) => names.split(' ').forEach(name => target.addEventListener(name, quiet(run), capture));

  // ---- Whether, and when.

  const begin = quiet(async () => {
    if (window.__ferngate || window.origin === 'null') return; // a second element; a sandbox, without cookies
    Object.defineProperty(window, '__ferngate', bare({ value: true }));
    const agreed = new Promise(consent);
    await new Promise(ready);
    if (unwanted()) return;
    await Promise.all([agreed, new Promise(done => setTimeout(done, settings.delay))]);
    if (settings.idle) await new Promise(idle);
    if (!unwanted()) start();
  });

  const consent = agree => {
    if (!settings.consent) return agree();
    const { event, cookie } = settings.consent;
    const look = () => {
      if (`; ${document.cookie};`.includes(`; ${cookie}${cookie.includes('=') ? ';' : '='}`)) agree();
    };
    if (event) on(window, event, e => (e.target === window || e.target === document) && agree(), true);
    if (cookie) {
      on(window, 'focus', look);
      on(document, 'visibilitychange', look);
      if (window.cookieStore) on(cookieStore, 'change', () => setTimeout(look)); // in secure contexts
      quiet(look)();
    }
  };

  const ready = done => {
    const page = performance.getEntriesByType('navigation')[0];
    if (document.readyState === 'complete' || page && page.domContentLoadedEventStart > 0) return done();
    on(window, 'DOMContentLoaded load', done);
  };

  const idle = done => window.requestIdleCallback ? requestIdleCallback(done, bare({ timeout: 10 * second })) : setTimeout(done, 200);

  const source = () => typeof window.FERNDESK_SDK_SRC === 'string' ? window.FERNDESK_SDK_SRC : settings.sdk;

  // The page opted out, loads the SDK itself, or is a set of frames.
  const unwanted = () => {
    const sources = ['https://static.ferndesk.com/dist/sdk.js', settings.sdk, source()];
    return window.Ferndesk || document.getElementById('ferndesk-sdk') ||
      document.querySelector('meta[name="ferngate" i][content="off" i], frameset') ||
      [...document.scripts].some(script => sources.includes(String(script.src).split(/[?#]/)[0]));
  };

  const start = () => {
    const queue = window.Ferndesk = function () { queue.q.push(arguments); };
    queue.q = [];
    init();
    load(3);
    on(window, 'focus online popstate', check);
    on(document, 'visibilitychange', () => document.hidden || check());
    if (window.navigation) on(navigation, 'currententrychange', check);
    on(window, 'pagehide', sleep);
    on(window, 'pageshow', e => e.persisted && wake());
    wake();
  };

  // ---- The SDK.

  const call = quiet((...words) => window.Ferndesk(...words));
  const init = () => call('init', Object.assign({}, settings.init));

  const load = tries => {
    if (!tries || document.getElementById('ferndesk-sdk')) return;
    const script = document.createElement('script');
    script.id = 'ferndesk-sdk';
    script.async = true;
    if (nonce) script.nonce = nonce;
    script.src = source();
    on(script, 'error', () => {
      script.remove();
      setTimeout(quiet(() => load(tries - 1)), 30 * second);
    });
    (document.head || document.documentElement).appendChild(script);
  };

  // ---- Who it is.

  let who;               // as whoami calls them; null is nobody, undefined not known yet
  let person = '';       // whom the SDK was told, by their token
  let turn = 1;          // another for every change of who
  let fetching = 0;      // the turn that a token is on its way for
  let seen = 0;          // when that was asked of which the answer counts, in whichever tab
  let asked = 0, last = 0, fails = 0;
  let until, refused;    // the session's end; whom there is no token for
  let renewAt = never;

  // At most one question in two seconds, and always one after the last reason for it.
  const check = () => {
    if (awake && !timers.has('check')) later('check', Math.max(50, Math.min(soon, last + soon - Date.now())), ask);
  };
  const again = () => later('retry', Math.min(soon * 2 ** fails++, 300 * second) * (0.75 + Math.random() / 2), check);

  const ask = quiet(async renewing => {
    last = Date.now();
    const at = asked = Math.max(last, asked + 1, seen + 1);
    const [status, text] = await get(settings.whoami);
    if (!awake || at < seen) return; // what was learnt meanwhile is newer
    const answer = status === 200 && parse(() => text);
    if (!answer || answer.undecided || answer.user !== null && typeof answer.user !== 'string') return again();
    stop('retry');
    if (learn(answer.user, at)) tell();
    if (!who || person && Date.now() < renewAt) fails = 0; // else a token is still to come
    if (!who) return;
    until = answer.until;
    const left = until * second - Date.now();
    if (left) later('end', left > 0 ? left + second : 60 * second, check);
    if (renewing || !person && refused !== who && refused !== who + until) return obtain(renewing);
    if (Date.now() >= renewAt) return renew();
  });

  // Whether it is somebody else than until now: the SDK is to forget those.
  const learn = (user, at) => {
    seen = Math.max(seen, at);
    if (user === who) return false;
    if (who) forget();
    who = user;
    turn++;
    fails = 0;
    refused = null;
    stop('end');
    return true;
  };

  const forget = () => {
    person = '';
    renewAt = never;
    init();
  };

  const obtain = async renewing => {
    const mine = turn;
    if (fetching === mine) return;
    fetching = mine;
    const [status, text] = await get(settings.token);
    if (fetching === mine) fetching = 0;
    if (!awake || mine !== turn) return;
    if (status === 401 || status === 403) {
      refused = status === 403 ? who : who + until;
      if (person) forget();
      return check();
    }
    if (status !== 200 || !identify(text)) return again();
    fails = 0;
    tell(text, renewing);
  };

  const identify = token => {
    const claims = parse(() => atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    if (!claims) return false;
    const told = String(claims.sub || claims.userId);
    if (person && person !== told) forget();
    person = told;
    call('identify', { token, jwt: token });
    // By the server's clock alone: ours may be wrong. Tabs in view go first.
    const life = (claims.exp - (claims.iat || Date.now() / second)) * second;
    renewAt = life > 0 ? Date.now() + Math.max(second, life * (0.7 + Math.random() / 10 + (document.hidden ? 0.1 : 0))) : never;
    later('renew', renewAt - Date.now(), renew);
    return true;
  };

  // One tab does it for all.
  const renew = quiet(async () => {
    if (Date.now() < renewAt) return later('renew', renewAt - Date.now(), renew); // the clock, or a very long wait
    const once = async () => {
      if (!awake || Date.now() < renewAt) return; // another tab has
      await ask(true);
      await flight(control => new Promise(done => {
        setTimeout(done, 200); // until the others have heard of it, and do not take their turn
        control.signal.addEventListener('abort', done);
      }));
    };
    if (!locks) return once();
    await flight(control => locks.request('ferngate', bare({ signal: control.signal }), once)).catch(once);
  });

  // ---- The other tabs.

  let channel;

  const tell = (token, renewed) => channel && channel.postMessage({ user: who, at: seen, token, renewed });

  const hear = quiet(e => {
    const { user, at, token, renewed } = bare(e.data);
    if (typeof at !== 'number' || user !== who && !(at > seen)) return check(); // one of the two is out of date
    const changed = learn(user, at);
    if (!user) return;
    if (token && (changed || renewed || !person)) identify(token);
    if (!person) later('retry', soon * (1 + Math.random()), check); // should the token not come from there
  });

  // ---- What ends as the page is left, or the browser could not keep it for the way back.

  let awake = false;
  const timers = new Map(), flights = new Set();

  const stop = name => {
    clearTimeout(timers.get(name));
    timers.delete(name);
  };
  const later = (name, ms, run) => {
    stop(name);
    timers.set(name, setTimeout(() => {
      timers.delete(name);
      run();
    }, Math.min(ms, 43200 * second))); // too long a wait would be none
  };

  const flight = async run => {
    const control = new AbortController();
    flights.add(control);
    try {
      return await run(control);
    } finally {
      flights.delete(control);
    }
  };

  // Status and text of the answer, whatever becomes of the question.
  const get = path => flight(async control => {
    const patience = setTimeout(() => control.abort(), 20 * second);
    const options = bare({ credentials: 'same-origin', cache: 'no-store', signal: control.signal });
    // Another address each time, for service workers that keep whatever they see.
    const answer = await fetch(`${location.origin}${path}?${Date.now()}${Math.random()}`, options);
    const text = await answer.text();
    clearTimeout(patience);
    return [answer.status, text];
  }).catch(() => [0, '']);

  const parse = text => {
    try {
      return bare(JSON.parse(text()));
    } catch (e) {
      return null;
    }
  };

  const wake = () => {
    awake = true;
    if (BroadcastChannel) {
      channel = new BroadcastChannel('ferngate');
      channel.onmessage = hear;
    }
    later('renew', Math.max(soon, renewAt - Date.now()), renew);
    ask();
  };

  const sleep = () => {
    awake = false;
    [...timers.keys()].forEach(stop);
    flights.forEach(control => control.abort());
    if (channel) channel.close();
    channel = null;
  };

  begin();
})();
