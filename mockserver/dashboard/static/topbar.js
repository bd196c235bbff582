// The bar that is always there: whose calls, its time, what is armed, whether the page is live.
import { api } from './api.js';
import { Icon } from './icons.js';
import { html, useEffect, useSignal } from './lib.js';
import { Button, closeDialog, Dialog, Field, Text } from './parts.js';
import { ALL, choose, go, href, isName, route, sandbox, SCREENS } from './route.js';
import { openSearch } from './search.js';
import { armedCount, attempt, clock, connection, lastCaller, loadSandboxes, sandboxes, say, vendors } from './store.js';
import { undoably } from './undo.js';
import { counted, dateAndTime } from './words.js';

export function TopBar() {
  return html`<header class="top">
    <a class="brand" href="#/traffic"><img src="/_mock/ui/icon.svg" alt="" width="22" height="22" /> mockserver</a>
    <${SandboxPicker} />
    <${Clock} />
    <span class="spacer"></span>
    <${Armed} />
    <button type="button" class="button search-open" onClick=${openSearch}><${Icon} name="search" />Search <kbd>/</kbd></button>
    <${Connection} />
  </header>`;
}

export function Navigation() {
  const { screen } = route.value;
  return html`<nav aria-label="Screens">
    ${Object.entries(SCREENS).map(([name, title]) => html`<a href=${href(name)} aria-current=${name === screen ? 'page' : undefined}>
      <${Icon} name=${name} /><span>${title}</span></a>`)}
  </nav>`;
}

const CONNECTIONS = { connecting: 'Connecting…', live: 'Live', lost: 'Connection lost; trying again', paused: 'Paused' };

function Connection() {
  return html`<span class=${`connection ${connection.value}`} role="status"><i></i><span>${CONNECTIONS[connection.value]}</span></span>`;
}

function Armed() {
  const armed = armedCount.value;
  return html`<a class=${`armed ${armed ? 'on' : ''}`} href=${href('fail')} title=${sandbox.value === ALL ? 'Armed failures, of all sandboxes' : 'Armed failures in this sandbox'}>
    <${Icon} name="fail" />${armed ? `${armed} armed` : 'None armed'}</a>`;
}

const nameOf = (one) => one.label || one.name;

function SandboxPicker() {
  const isOpen = useSignal(false);
  const current = sandboxes.value.find((one) => one.name === sandbox.value);
  const title = sandbox.value === ALL ? 'All sandboxes' : current ? nameOf(current) : sandbox.value;
  const caller = lastCaller.value;
  return html`<div class="picker">
    <button type="button" class="button" aria-haspopup="dialog" onClick=${() => { isOpen.value = true; attempt(loadSandboxes); }}>
      <span class="muted">Sandbox</span> <b>${title}</b></button>
    ${caller && caller !== sandbox.value && html`<button type="button" class="button quiet caller" onClick=${() => choose(caller)} title="The sandbox that just called">just called: <b>${caller}</b></button>`}
    ${isOpen.value && html`<${Sandboxes} onClose=${() => (isOpen.value = false)} />`}
  </div>`;
}

const SHOWN = 100;

function Sandboxes({ onClose }) {
  const wanted = useSignal('');
  const text = wanted.value.toLowerCase();
  const sorted = [...sandboxes.value].sort((a, b) => (a.last_used < b.last_used ? 1 : -1));
  const found = sorted.filter((one) => [one.name, one.label, one.credential].some((part) => part?.toLowerCase().includes(text)));
  const take = (name) => { choose(name); closeDialog(); };
  const make = () => attempt(async () => {
    await api.create(wanted.value.trim());
    const name = wanted.value.trim();
    await loadSandboxes();
    say(`Sandbox ${name} made.`, { undo: () => attempt(async () => { await api.remove(name); await loadSandboxes(); choose(ALL); say(`Sandbox ${name} is gone.`); }) });
    take(name);
  });
  const isNew = isName(wanted.value.trim()) && !found.some((one) => one.name === wanted.value.trim());
  return html`<${Dialog} label="Choose a sandbox" kind="side" onClose=${onClose}>
    <div class="head"><h2>Whose calls?</h2><${Button} icon="close" kind="quiet" aria-label="Close" onClick=${closeDialog} /></div>
    <p class="muted">Each key of an app has a sandbox of its own: its state, time, failures and calls.</p>
    <${Text} value=${wanted.value} onInput=${(value) => (wanted.value = value)} placeholder="Find by name, label or key, or name a new one" aria-label="Find a sandbox" autofocus />
    <ul class="list">
      <li><button type="button" aria-pressed=${sandbox.value === ALL} onClick=${() => take(ALL)}><b>All sandboxes</b><span class="muted">every call of every key</span></button></li>
      ${found.slice(0, SHOWN).map((one) => html`<li key=${one.name}><button type="button" aria-pressed=${sandbox.value === one.name} onClick=${() => take(one.name)}>
        <b>${nameOf(one)}</b>
        <span class="muted">${one.label ? `${one.name} · ` : ''}${one.credential ? `key ${one.credential} · ` : ''}last used ${dateAndTime(one.last_used)}${one.armed > 0 ? ` · ${one.armed} armed` : ''}</span>
      </button></li>`)}
    </ul>
    ${found.length > SHOWN && html`<p class="muted">${counted(found.length - SHOWN, 'more sandbox', 'more sandboxes')}; type to find one.</p>`}
    ${isNew && html`<${Button} kind="primary" onClick=${make}>Make sandbox ${wanted.value.trim()}<//>`}
  <//>`;
}

/** The sandbox's time as it runs here. */
export function useNow() {
  const now = useSignal(0);
  useEffect(() => {
    const tick = () => {
      const read = clock.value;
      now.value = read ? Date.parse(read.now) + (read.frozen ? 0 : Date.now() - read.read) : 0;
    };
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [clock.value]);
  return now.value;
}

export function setClock(change, what) {
  const name = sandbox.value;
  return undoably(name, (after) => `${what}: it is ${dateAndTime(after.now)} in sandbox ${name}.`, () => api.setClock(name, change));
}

/** Go to the earliest moment at which something is due in any vendor. */
export const toNextDue = () => attempt(async () => {
  const due = (await Promise.all(vendors.value.map((vendor) => api.summary(sandbox.value, vendor.name)))).flatMap((one) => one.due);
  const next = due.sort((a, b) => (a.at < b.at ? -1 : 1))[0];
  if (!next) return say('Nothing is due in this sandbox: no reset, renewal or expiry lies ahead.');
  return setClock({ now: next.at }, `Moved to the next event (${next.what})`);
});

const STEPS = { PT1M: '+1 min', P1D: '+1 day', P1M: '+1 month' };

function Clock() {
  const now = useNow();
  const isOpen = useSignal(false);
  if (sandbox.value === ALL) {
    return html`<button type="button" class="button quiet clock" title="Each sandbox has its own clock" onClick=${() => go('world')}><${Icon} name="world" />Time: choose a sandbox</button>`;
  }
  if (!clock.value) return null;
  return html`<button type="button" class="button clock" aria-haspopup="dialog" onClick=${() => (isOpen.value = true)} title="The sandbox’s time; click to move it">
      <${Icon} name="world" /><time class="number">${dateAndTime(now)}</time>${clock.value.frozen && html`<span class="tag">frozen</span>`}</button>
    <span class="steps-bar">${Object.entries(STEPS).map(([advance, text]) => html`<${Button} kind="quiet small" aria-label=${`${text} on the sandbox’s clock`} onClick=${() => setClock({ advance }, text)}>${text}<//>`)}</span>
    ${isOpen.value && html`<${Dialog} label="Move the clock" kind="side" onClose=${() => (isOpen.value = false)}>
      <div class="head"><h2>Time in ${sandbox.value}</h2><${Button} icon="close" kind="quiet" aria-label="Close" onClick=${closeDialog} /></div>
      <${ClockControls} />
    <//>`}`;
}

export function ClockControls() {
  const at = useSignal('');
  const now = useNow();
  const isFrozen = clock.value?.frozen;
  return html`<div class="stack">
    <p class="big number">${now ? dateAndTime(now) : '…'} ${isFrozen && html`<span class="tag">frozen</span>`}</p>
    <div class="row">
      ${Object.entries(STEPS).map(([advance, text]) => html`<${Button} onClick=${() => setClock({ advance }, text)}>${text}<//>`)}
      <${Button} onClick=${toNextDue}>To the next reset or renewal<//>
      <${Button} icon=${isFrozen ? 'play' : 'pause'} onClick=${() => setClock({ frozen: !isFrozen }, isFrozen ? 'Runs again' : 'Frozen')}>${isFrozen ? 'Let it run' : 'Freeze'}<//>
    </div>
    <form class="row end" onSubmit=${(event) => { event.preventDefault(); setClock({ now: `${at.value}:00Z` }, 'Set'); }}>
      <${Field} label="Set to (UTC)"><input type="datetime-local" required value=${at.value} min="2000-01-01T00:00" max="2200-12-31T23:59" onInput=${(event) => (at.value = event.target.value.slice(0, 16))} /><//>
      <${Button} type="submit">Set<//>
    </form>
    ${clock.value?.as_of && html`<p class="muted">It can’t go back before the last change, ${dateAndTime(clock.value.as_of)}. Reset the sandbox to begin earlier.</p>`}
  </div>`;
}
