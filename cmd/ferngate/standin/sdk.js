// A stand-in for the Ferndesk SDK: the demo's widget, and what tests look at.
// What it knows is in the attributes of its element, #ferndesk-widget.
(() => {
  'use strict';
  const center = HELP_CENTER;
  const { fetch } = window;
  const verify = new URL('/verify', document.currentScript.src);

  const shown = document.getElementById('ferndesk-widget');
  if (shown) { // loaded a second time
    shown.dataset.loads = Number(shown.dataset.loads) + 1;
    return;
  }

  // ---- What it looks like. Its styles are no text in the page, so that no policy of the page's concerns them.

  const styles = new CSSStyleSheet();
  styles.replaceSync(`
    * { box-sizing: border-box; font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
    [hidden] { display: none !important; }
    #launcher { display: grid; place-items: center; width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%;
      background: #14532d; color: #fff; box-shadow: 0 4px 14px rgb(0 0 0 / 30%); cursor: pointer; }
    #launcher:hover { background: #166534; }
    #launcher svg { width: 26px; height: 26px; }
    :focus-visible { outline: 3px solid #86efac; outline-offset: 2px; }
    #panel { position: absolute; right: 0; bottom: 72px; width: min(340px, calc(100vw - 48px)); max-height: calc(100vh - 120px);
      overflow: auto; border-radius: 14px; background: #fff; color: #1c2b21; box-shadow: 0 10px 36px rgb(0 0 0 / 28%); }
    header { padding: 20px 20px 18px; background: #14532d; color: #fff; }
    h2 { margin: 0 0 2px; font-size: 19px; font-weight: 600; overflow-wrap: anywhere; }
    p { margin: 0; }
    header p { color: #d1fae0; }
    form { display: grid; gap: 10px; padding: 18px 20px 20px; }
    label { display: grid; gap: 3px; color: #47564c; font-size: 12px; font-weight: 600; }
    input, textarea { width: 100%; padding: 7px 9px; border: 1px solid #b7c4bb; border-radius: 7px; background: #fff; color: #1c2b21; }
    textarea { height: 68px; resize: none; }
    form button { padding: 9px; border: 0; border-radius: 7px; background: #14532d; color: #fff; font-weight: 600; cursor: pointer; }
    form p { color: #5d6b62; font-size: 12px; text-align: center; }
  `);

  const make = (name, attributes, ...children) => {
    const element = document.createElementNS(name === 'svg' || name === 'path' ? 'http://www.w3.org/2000/svg' : 'http://www.w3.org/1999/xhtml', name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.append(...children);
    return element;
  };

  const host = make('div', { id: 'ferndesk-widget', 'data-loads': 1, 'data-inits': 0, 'data-identified-count': 0 });
  const place = { all: 'initial', display: 'block', position: 'fixed', right: '24px', bottom: '24px', 'z-index': '2147483000' };
  Object.entries(place).forEach(([key, value]) => host.style.setProperty(key, value, 'important')); // the page has styles, too
  const greeting = make('h2', { id: 'greeting' });
  const name = make('input', { id: 'name', autocomplete: 'name' });
  const email = make('input', { id: 'email', type: 'email', autocomplete: 'email' });
  const note = make('p', { role: 'status' });
  const launcher = make('button', { id: 'launcher', type: 'button', 'aria-label': 'Help', 'aria-expanded': 'false', 'aria-controls': 'panel' },
    make('svg', { viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'aria-hidden': 'true' },
      make('path', { d: 'M21 11.5a8.4 8.4 0 0 1-12.3 7.4L3 21l2.1-5.7A8.4 8.4 0 1 1 21 11.5Z' }),
      make('path', { d: 'M9.8 9.3a2.3 2.3 0 1 1 3.2 2.1c-.6.3-1 .8-1 1.4M12 15.2v.1' })));
  const form = make('form', {},
    make('label', {}, 'Name', name),
    make('label', {}, 'Email', email),
    make('label', {}, 'Message', make('textarea', { id: 'message' })),
    make('button', { type: 'submit' }, 'Send'),
    note);
  const panel = make('section', { id: 'panel', role: 'dialog', 'aria-labelledby': 'greeting', hidden: '' },
    make('header', {}, greeting, make('p', {}, 'How can we help?')), form);
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [styles];
  root.append(launcher, panel);

  const open = yes => {
    panel.hidden = !yes;
    launcher.setAttribute('aria-expanded', String(yes));
  };
  launcher.addEventListener('click', () => open(panel.hidden));
  panel.addEventListener('keydown', e => {
    if (e.key !== 'Escape') return;
    open(false);
    launcher.focus();
  });
  form.addEventListener('submit', e => {
    e.preventDefault();
    note.textContent = 'Thank you! This is a stand-in, so nothing was sent.';
  });

  // show draws whom it knows; null is nobody.
  const show = user => {
    const known = user || { id: '', name: '', email: '' };
    host.dataset.state = user ? 'identified' : 'anonymous';
    host.dataset.user = known.id;
    greeting.textContent = user ? `Hello, ${known.name || known.email}` : 'Hello';
    name.value = known.name;
    email.value = known.email;
    note.textContent = user ? `You are signed in as ${known.email}.` : 'You are not signed in.';
  };

  // ---- What pages call.

  let options = null; // of the last init
  let turn = 0;       // of what was called last: an older answer does not count

  const init = given => {
    options = given || {};
    turn++;
    host.dataset.inits = Number(host.dataset.inits) + 1;
    launcher.hidden = Boolean(options.hideLauncher);
    if (options.open) open(true);
    show(null);
    // Not into the body, which some apps replace as people go from page to page.
    if (!host.isConnected) document.documentElement.append(host);
  };

  // mayIdentify is the domain rule: the help centre's own host, the root, or one level below that.
  const mayIdentify = () => {
    const here = location.hostname.toLowerCase();
    const below = here.endsWith('.' + center.root) ? here.slice(0, -center.root.length - 1) : '.';
    return here === center.host || here === center.root || !below.includes('.');
  };

  const identify = async given => {
    if (!options) return console.error('Ferndesk: identify failed - not initialised'); // of which the contract knows no message
    const { token, jwt } = given || {};
    const either = jwt || token; // of the newer edition, and the older
    host.dataset.keys = Object.keys(given || {}).sort();
    if (typeof either !== 'string' || !either) return console.error('identify requires a token');
    if (!mayIdentify()) return console.error('must be called from same domain or 1-level subdomain');
    const mine = ++turn;
    let user = null;
    try {
      const answer = await fetch(verify, { __proto__: null, method: 'POST', body: either });
      user = (await answer.json()).user;
    } catch (e) {
      if (mine === turn) host.dataset.unreachable = 'true'; // or the page is just being left
      return;
    }
    if (mine !== turn) return;
    if (!user || jwt && token && jwt !== token) return console.error('Ferndesk: identify failed - invalid token');
    host.dataset.identifiedCount = Number(host.dataset.identifiedCount) + 1;
    show(user);
  };

  const calls = { init, identify };
  const queued = window.Ferndesk && window.Ferndesk.q || [];
  window.Ferndesk = (name, ...given) => Object.hasOwn(calls, name) && calls[name](...given);
  [...queued].forEach(given => window.Ferndesk(...given));
})();
