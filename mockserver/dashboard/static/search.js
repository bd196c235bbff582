// Search over everything: errors, operations, events, worlds, sandboxes, calls. Opened by `/`.
import { api } from './api.js';
import { html, signal, useEffect, useSignal } from './lib.js';
import { closeDialog, Dialog, Status, Text } from './parts.js';
import { choose, go, href, SCREENS } from './route.js';
import { allCases, attempt, rows, sandboxes, vendors } from './store.js';

const isOpen = signal(false);
const text = signal(''); // what is looked for
const cases = signal(null); // null until they have come: errors go first, and nothing is to be taken in their place
const worlds = signal([]);
const MOST = 12; // of a kind

export function openSearch() {
  text.value = '';
  isOpen.value = true;
  attempt(async () => (cases.value = await allCases())).then((isThere) => { if (!isThere) cases.value = []; });
  attempt(async () => (worlds.value = await api.worlds()));
}

addEventListener('keydown', (event) => {
  const isTyping = event.target.closest?.('input, textarea, select, [contenteditable], dialog');
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isOpen.value && event.key.length === 1 && !document.querySelector('dialog')) { // who types on at once is quicker than the page that shows the search
    event.preventDefault();
    text.value += event.key;
  } else if (event.key === '/') {
    event.preventDefault();
    openSearch();
  }
});

const screenNames = Object.entries(SCREENS).map(([name, title]) => ({ kind: 'Screen', title, note: '', go: () => go(name) }));

function found(text) {
  const words = text.toLowerCase().replace(/^errors\//, '').split(/\s+/).filter(Boolean);
  if (!words.length) return screenNames;
  if (!cases.value) return [];
  const things = [];
  const add = (kind, list) => {
    let left = MOST;
    for (const one of list) {
      const whole = `${one.title} ${one.note} ${one.more || ''}`.toLowerCase();
      if (!words.every((word) => whole.includes(word))) continue;
      things.push({ kind, ...one });
      if (!--left) return;
    }
  };
  add('Error', cases.value.filter((one) => one.status >= 400).map((one) => ({
    title: one.name, status: one.status, note: `${one.vendor} ${one.operation}`, more: `${one.status} ${one.summary} errors/${one.name}`,
    go: () => go('fail', { vendor: one.vendor, operation: one.operation, error: one.name }),
  })).sort((a, b) => rank(a.title, words) - rank(b.title, words)));
  add('Screen', screenNames);
  add('Operation', vendors.value.flatMap((vendor) => vendor.operations.map((one) => ({
    title: one.id, note: `${vendor.name} ${one.method} ${one.path}`, more: one.summary,
    go: () => go('reference', { vendor: vendor.name, operation: one.id }),
  }))));
  add('Event', vendors.value.flatMap((vendor) => Object.keys(vendor.events).map((name) => ({
    title: name, note: vendor.name, more: vendor.events[name].description, go: () => go('world', { vendor: vendor.name, event: name }),
  }))));
  add('World', worlds.value.map((one) => ({ title: one.name, note: one.description.split('. ')[0], go: () => go('world') })));
  add('Sandbox', sandboxes.value.map((one) => ({ title: one.label || one.name, note: one.name, more: one.credential, go: () => choose(one.name) })));
  add('Call', rows.value.slice(0, 2000).map((row) => ({
    title: `${row.method} ${row.target}`, note: row.why, more: row.id, row, go: () => go('traffic', { entry: row.id }),
  })));
  return things;
}

/** Names that are what was typed first, then those that begin so. */
function rank(name, words) {
  const lower = name.toLowerCase();
  return lower === words[0] ? 0 : lower.startsWith(words[0]) ? 1 : 2;
}

export function Search() {
  return isOpen.value && html`<${Palette} onClose=${() => (isOpen.value = false)} />`;
}

function Palette({ onClose }) {
  const at = useSignal(0);
  const isHasty = useSignal(false); // Enter before the errors have come
  const things = found(text.value);
  const take = (one) => { closeDialog(); one.go(); };
  useEffect(() => document.getElementById(`found-${at.value}`)?.scrollIntoView({ block: 'nearest' }), [at.value]);
  const press = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      at.value = Math.max(0, Math.min(things.length - 1, at.value + step));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (things[at.value]) take(things[at.value]);
      else isHasty.value = !cases.value;
    }
  };
  useEffect(() => { if (isHasty.value && things.length) take(things[0]); }, [cases.value]);
  return html`<${Dialog} label="Search" kind="palette" onClose=${onClose}>
    <${Text} value=${text.value} onInput=${(value) => { text.value = value; at.value = 0; }} onKeyDown=${press} autofocus
      placeholder="An error (no_channel), an operation, an event, a sandbox, a call…" aria-label="Search over everything"
      role="combobox" aria-expanded="true" aria-controls="found" aria-activedescendant=${things.length ? `found-${at.value}` : undefined} />
    <ul id="found" class="found" role="listbox" aria-label="Found">
      ${things.map((one, index) => html`<li id=${`found-${index}`} role="option" aria-selected=${index === at.value} onClick=${() => take(one)} onMouseMove=${() => (at.value = index)}>
        <span class="kind">${one.kind}</span>${one.row || one.status ? html`<${Status} row=${one.row || one} />` : ''}<b>${one.title}</b><span class="muted">${one.note}</span>
      </li>`)}
    </ul>
    ${!things.length && html`<p class="muted pad" role="status">${!cases.value ? 'Looking…' : 'Nothing found. Errors, operations, events, sandboxes and calls can be found by any part of their name.'}</p>`}
  <//>`;
}
