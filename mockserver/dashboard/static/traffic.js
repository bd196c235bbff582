// Traffic: every call as it comes, newest first; filters stand in the address.
import { queryOf } from './api.js';
import { Compare } from './compare.js';
import { Entry } from './entry.js';
import { html, useEffect, useLayoutEffect, useRef, useSignal } from './lib.js';
import { Button, Empty, Select, Status, Tag, Text } from './parts.js';
import { ALL, go, href, refine, route, sandbox } from './route.js';
import { Waiting } from './setup.js';
import { attempt, leftOut, loadOlder, loadRows, more, MOST, rows, sandboxes, vendors } from './store.js';
import { counted, timeOfDay, whyWords } from './words.js';

const ROW = 34; // pixels, as the style sheet has it
const SPARE = 10; // rows beyond what is seen
const FLAGS = { errors: 'Errors', violations: 'Broke the contract', fault: 'Armed failure', changes: 'Changed state' };

/** The filters of the address, as the control API has them. */
function filtersOf(query) {
  const flags = Object.fromEntries(Object.keys(FLAGS).map((name) => [name, query[name] ? 'true' : '']));
  const { vendor, operation, status, text } = query;
  return { ...(sandbox.value === ALL ? {} : { sandbox: sandbox.value }), vendor, operation, status, text, ...flags };
}

function isWanted(row, wanted) {
  return (
    (!wanted.sandbox || row.sandbox === wanted.sandbox) &&
    (!wanted.vendor || row.vendor === wanted.vendor) &&
    (!wanted.operation || row.operation === wanted.operation) &&
    (!wanted.status || String(row.status) === wanted.status) &&
    (!wanted.errors || row.lost || !row.status || row.status >= 400) &&
    (!wanted.violations || row.violations > 0) &&
    (!wanted.fault || row.fault !== null) &&
    (!wanted.changes || row.changes > 0) &&
    (!wanted.text || `${row.id} ${row.method} ${row.target} ${row.why}`.toLowerCase().includes(wanted.text.toLowerCase()))
  );
}

export function Traffic() {
  const { query } = route.value;
  const wanted = filtersOf(query);
  const shown = rows.value.filter((row) => isWanted(row, wanted));
  const isFiltered = Object.values(wanted).some(Boolean);
  return html`<h1 class="hidden">Traffic</h1>
    <${Filters} query=${query} wanted=${wanted} shown=${shown.length} />
    ${leftOut.value > 0 && html`<p class="banner">Sampling: ${counted(leftOut.value, 'call')} came too fast to list, errors go first.
      Everything is in the journal. <${Button} kind="small" onClick=${() => attempt(loadRows)}>Show the newest<//></p>`}
    <div class=${`split ${query.entry ? 'open' : ''}`}>
      <div class="main">
        ${shown.length ? html`<${List} shown=${shown} query=${query} />` : isFiltered && rows.value.length
          ? html`<${Empty} title="No call fits these filters"><${Button} onClick=${clear}>Clear the filters<//><//>`
          : html`<${Waiting} />`}
      </div>
      ${query.entry && html`<aside aria-label="One call">
        ${query.compare && query.compare !== query.entry ? html`<${Compare} ids=${[query.compare, query.entry]} />` : html`<${Entry} key=${query.entry} id=${query.entry} />`}
      </aside>`}
    </div>`;
}

const clear = () => refine({ vendor: '', operation: '', status: '', text: '', errors: '', violations: '', fault: '', changes: '', sandbox: '' });

function Filters({ query, wanted, shown }) {
  const operations = vendors.value.filter((one) => !query.vendor || one.name === query.vendor).flatMap((one) => one.operations.map((operation) => operation.id));
  const file = queryOf({ ...wanted, format: 'har', limit: 1000 });
  return html`<div class="filters" role="search" aria-label="Filter the calls">
    <${Select} aria-label="Vendor" value=${query.vendor || ''} options=${[{ value: '', text: 'All vendors' }, ...vendors.value.map((one) => one.name)]} onInput=${(vendor) => refine({ vendor, operation: '' })} />
    <input class="operation" list="operations" aria-label="Operation" placeholder="Any operation" value=${query.operation || ''} onChange=${(event) => refine({ operation: event.target.value })} />
    <datalist id="operations">${operations.slice(0, 300).map((id) => html`<option value=${id} />`)}</datalist>
    <input class="narrow" inputmode="numeric" aria-label="Status" placeholder="Status" value=${query.status || ''} onChange=${(event) => refine({ status: event.target.value.replace(/\D/g, '').slice(0, 3) })} />
    ${Object.entries(FLAGS).map(([name, text]) => html`<${Button} kind="toggle" pressed=${Boolean(query[name])} onClick=${() => refine({ [name]: query[name] ? '' : '1' })}>${text}<//>`)}
    <${Text} type="search" aria-label="Text" placeholder="Path or reason" value=${query.text || ''} onInput=${(text) => refine({ text })} />
    <span class="spacer"></span>
    <span class="muted number" role="status">${counted(shown, 'call')}</span>
    <a class="button small" href=${`/_mock/journal${file}`} download="calls.har" title="The newest thousand of these as HAR 1.2">HAR</a>
  </div>`;
}

/** A table of which only the rows in sight are in the page. */
function List({ shown, query }) {
  const box = useRef();
  const seen = useSignal({ top: 0, height: 800 });
  const measure = () => (seen.value = { top: box.current.scrollTop, height: box.current.clientHeight });
  useLayoutEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(seen.value.top / ROW) - SPARE);
  const last = Math.min(shown.length, Math.ceil((seen.value.top + seen.value.height) / ROW) + SPARE);
  useEffect(() => {
    if (more.value && last >= shown.length && seen.value.top > 0) attempt(loadOlder);
  }, [last, shown.length]);
  const press = (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const at = shown.findIndex((row) => row.id === query.entry);
    const next = Math.max(0, Math.min(shown.length - 1, at + step));
    refine({ entry: shown[next].id });
    const top = next * ROW;
    if (top < box.current.scrollTop) box.current.scrollTop = top;
    if (top + 2 * ROW > box.current.scrollTop + box.current.clientHeight) box.current.scrollTop = top + 2 * ROW - box.current.clientHeight;
  };
  return html`<div class="scroll" ref=${box} onScroll=${measure} onKeyDown=${press} tabindex="0" role="region" aria-label="Calls, newest first; arrow keys open one after the other">
    <table class="calls" aria-rowcount=${shown.length + 1}>
      <thead><tr aria-rowindex="1"><th scope="col" class="time">Time, UTC</th><th scope="col" class="state">Status</th><th scope="col" class="vendor">Vendor</th><th scope="col" class="operation">Operation</th><th scope="col" class="why">Why this answer</th><th scope="col" class="sandbox">Sandbox</th></tr></thead>
      <tbody>
        ${first > 0 && html`<tr class="gap" aria-hidden="true" style=${{ height: `${first * ROW}px` }}><td colspan="6"></td></tr>`}
        ${shown.slice(first, last).map((row, index) => html`<${Row} key=${row.id} row=${row} number=${first + index + 2} query=${query} />`)}
        ${last < shown.length && html`<tr class="gap" aria-hidden="true" style=${{ height: `${(shown.length - last) * ROW}px` }}><td colspan="6"></td></tr>`}
      </tbody>
    </table>
    ${last >= shown.length && html`<p class="muted pad">${more.value ? html`<${Button} kind="small" onClick=${() => attempt(loadOlder)}>Load older calls<//>` : shown.length >= MOST ? `The newest ${MOST.toLocaleString('en')} calls are listed.` : 'That is all of them.'}</p>`}
  </div>`;
}

function Row({ row, number, query }) {
  const isOpen = row.id === query.entry;
  const label = sandboxes.value.find((one) => one.name === row.sandbox)?.label || row.sandbox;
  return html`<tr aria-rowindex=${number} class=${isOpen ? 'open' : ''} onClick=${() => refine({ entry: isOpen ? '' : row.id })}>
    <td class="time number">${timeOfDay(row.received)}</td>
    <td class="state"><${Status} row=${row} /></td>
    <td class="vendor">${row.vendor || '–'}</td>
    <td class="operation"><a href=${href('traffic', { ...query, entry: row.id })} aria-current=${isOpen ? 'true' : undefined} onClick=${(event) => event.stopPropagation()}>${row.operation || `${row.method} ${row.target}`}</a></td>
    <td class="why">${row.violations > 0 && html`<${Tag} kind="warn">contract<//>`}${row.fault && html`<${Tag} kind="fault">armed<//>`}${row.changes > 0 && html`<${Tag}>changed<//>`} ${whyWords(row.why)}</td>
    <td class="sandbox">${label}</td>
  </tr>`;
}

export const showCall = (id) => go('traffic', { entry: id });
