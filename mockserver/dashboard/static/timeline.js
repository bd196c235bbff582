// One line of time: events, calls that changed something, moves of the clock.
import { api } from './api.js';
import { html, useEffect, useSignal } from './lib.js';
import { Card, Empty, Tag } from './parts.js';
import { href, sandbox } from './route.js';
import { attempt, changed } from './store.js';
import { counted, dateAndTime } from './words.js';

const KINDS = { call: 'call', event: 'event', clock: 'clock', state: 'state', restore: 'restore' };

export function Timeline() {
  const list = useSignal([]);
  useEffect(() => {
    attempt(async () => {
      const name = sandbox.value;
      const [moments, calls] = await Promise.all([api.history(name).catch(() => []), api.journal({ sandbox: name, changes: true, limit: 100 })]);
      const changing = calls.entries.map((row) => ({ received: row.received, kind: 'call', what: `${row.vendor} ${row.operation}`, more: counted(row.changes, 'place') + ' changed', id: row.id }));
      list.value = [...moments, ...changing].sort((a, b) => (a.received < b.received ? 1 : -1)).slice(0, 100);
    });
  }, [sandbox.value, changed.value]);
  return html`<${Card} title="Timeline">
    ${list.value.length ? html`<ol class="timeline">${list.value.map((one) => html`<li key=${one.id || one.received + one.what}>
      <time class="muted number">${dateAndTime(one.received)}</time><span><${Tag}>${KINDS[one.kind] || one.kind}<//></span>
      <span>${one.id ? html`<a href=${href('traffic', { entry: one.id })}>${one.what}</a>` : one.what} <span class="muted">${one.more || ''}${one.now ? `, then ${dateAndTime(one.now)} in the sandbox` : ''}</span></span></li>`)}</ol>`
      : html`<${Empty} title="Nothing has changed yet"><p>Events, moves of the clock and calls that change something stand here, newest first.</p><//>`}
  <//>`;
}
