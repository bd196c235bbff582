// One line of time, the sandbox's: events, calls that changed something, moves of the clock; newest first, as they came.
import { api } from './api.js';
import { html, useEffect, useSignal } from './lib.js';
import { Card, Empty, Tag } from './parts.js';
import { href, sandbox } from './route.js';
import { attempt, changed } from './store.js';
import { isForUndo } from './undo.js';
import { counted, dateAndTime } from './words.js';

/** What happened at a moment: a clock's "advance P1M" as it was asked for. */
const wordsOf = ({ kind, what }) => (kind === 'restore' && isForUndo(what) ? 'what was done before is taken back' : what);

export function Timeline() {
  const list = useSignal([]);
  useEffect(() => {
    attempt(async () => {
      const name = sandbox.value;
      const [moments, calls] = await Promise.all([api.history(name).catch(() => []), api.journal({ sandbox: name, changes: true, limit: 100 })]);
      const changing = calls.entries.map((row) => ({ received: row.received, now: row.now, kind: 'call', what: `${row.vendor} ${row.operation}`, more: counted(row.changes, 'place') + ' changed', id: row.id }));
      list.value = [...moments, ...changing].sort((a, b) => (a.received < b.received ? 1 : -1)).slice(0, 100);
    });
  }, [sandbox.value, changed.value]);
  return html`<${Card} title="Timeline">
    ${list.value.length ? html`<ol class="timeline">${list.value.map((one) => html`<li key=${one.id || one.received + one.what}>
      <time class="number" datetime=${one.now} title=${`really at ${dateAndTime(one.received)}`}>${dateAndTime(one.now)}</time><span><${Tag}>${one.kind}<//></span>
      <span>${one.id ? html`<a href=${href('traffic', { entry: one.id })}>${one.what}</a>` : wordsOf(one)} <span class="muted">${one.more || ''}</span></span></li>`)}</ol>`
      : html`<${Empty} title="Nothing has changed yet"><p>Events, moves of the clock and calls that change something stand here, newest first.</p><//>`}
  <//>`;
}
