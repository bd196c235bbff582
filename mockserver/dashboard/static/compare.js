// Two calls beside each other: only what differs.
import { api } from './api.js';
import { html, useEffect, useSignal } from './lib.js';
import { Button, Status } from './parts.js';
import { refine } from './route.js';
import { attempt } from './store.js';
import { dateAndTime } from './words.js';

const NOISE = new Set(['x-mock-request-id', 'date']);

/** Every place of a value with what is there: {"/a/0": 1}. */
function flat(value, pointer = '', found = {}) {
  if (value !== null && typeof value === 'object') {
    const parts = Object.entries(value);
    if (!parts.length) found[pointer] = Array.isArray(value) ? '[]' : '{}';
    for (const [name, one] of parts) flat(one, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, found);
  } else if (value !== undefined) found[pointer] = JSON.stringify(value);
  return found;
}

const heads = (pairs) => Object.fromEntries(pairs.filter(([name]) => !NOISE.has(name)));
const plain = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null).map(([name, value]) => [name, String(value)]));

function sidesOf(entry) {
  return {
    Call: plain({ sandbox: entry.sandbox, operation: entry.operation, method: entry.request.method, target: entry.request.target }),
    'Request headers': plain(heads(entry.request.headers)),
    'Request body': flat(entry.request.body),
    Answer: plain({ status: entry.status, why: entry.why, case: entry.decision.case, lost: entry.fault?.lost || false }),
    'Response headers': plain(heads(entry.response.headers)),
    'Response body': flat(entry.response.body),
    'Changes of state': Object.fromEntries(entry.changes.map((one) => [one.pointer, JSON.stringify(one.after ?? null)])),
  };
}

export function Compare({ ids }) {
  const both = useSignal(null);
  useEffect(() => {
    both.value = null;
    attempt(async () => (both.value = await Promise.all(ids.map((id) => api.entry(id)))));
  }, [ids.join()]);
  if (!both.value) return null;
  const [one, other] = both.value.map(sidesOf);
  const groups = Object.keys(one).map((name) => [name, differences(one[name], other[name])]);
  return html`<article class="entry">
    <header><h2>Two calls compared</h2><${Button} icon="close" kind="quiet" aria-label="End the comparison" onClick=${() => refine({ compare: '' })} /></header>
    <div class="scroll-x" tabindex="0" role="region" aria-label="Differences"><table class="compare">
      <thead><tr><th scope="col">Place</th>${both.value.map((entry) => html`<th scope="col"><${Status} row=${{ ...entry, lost: entry.fault?.lost }} /> ${dateAndTime(entry.received)}</th>`)}</tr></thead>
      ${groups.map(([name, found]) => html`<tbody>
        <tr><th scope="rowgroup" colspan="3">${name} ${!found.length && html`<span class="muted">is the same</span>`}</th></tr>
        ${found.map(([place, left, right]) => html`<tr><td><code>${place || '/'}</code></td><td class="number">${left ?? '–'}</td><td class="number">${right ?? '–'}</td></tr>`)}
      </tbody>`)}
    </table></div>
  </article>`;
}

function differences(one, other) {
  const places = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return places.filter((place) => one[place] !== other[place]).map((place) => [place, one[place], other[place]]);
}
