// Traffic: every call as it comes, newest first; filters stand in the address.
import { Compare } from './compare.js';
import { Entry } from './entry.js';
import { clear, Filters, filtersOf, isWanted } from './filters.js';
import { html, useEffect, useLayoutEffect, useRef, useSignal } from './lib.js';
import { Button, Empty, Status, Tag } from './parts.js';
import { ALL, href, refine, route, sandbox } from './route.js';
import { Waiting } from './setup.js';
import { attempt, byAge, found, leftOut, loadFound, loadOlder, loadRows, more, MOST, rows, sandboxes } from './store.js';
import { counted, dateAndTime, timeOfDay, whyWords } from './words.js';

const ROW = 34; // pixels, as the style sheet has it
const SPARE = 10; // rows beyond what is seen
const PAUSE = 250; // milliseconds after the last key before the journal is asked

export function Traffic() {
  const { query } = route.value;
  const wanted = filtersOf(query);
  const key = JSON.stringify(wanted);
  const isFiltered = Object.values(wanted).some(Boolean);
  const mustAsk = isFiltered && (more.value || leftOut.value > 0); // else the page has all there is
  const asked = found.value.key === key ? found.value : null;
  const load = () => attempt(() => loadFound(key, wanted));
  useEffect(() => {
    if (!mustAsk || asked) return undefined;
    const timer = setTimeout(load, PAUSE);
    return () => clearTimeout(timer);
  }, [key, mustAsk]);
  const shown = merged(rows.value.filter((row) => isWanted(row, wanted)), asked?.entries || []);
  const hasMore = isFiltered ? Boolean(asked?.more) : more.value;
  const older = () => attempt(() => (isFiltered ? loadFound(key, wanted, shown.at(-1).id) : loadOlder()));
  const newest = () => attempt(() => Promise.all([loadRows(), isFiltered && loadFound(key, wanted)]));
  return html`<h1 class="hidden">Traffic</h1>
    <${Filters} query=${query} wanted=${wanted} shown=${shown.length} />
    ${leftOut.value > 0 && html`<p class="banner"><span>Sampling: ${counted(leftOut.value, 'call')} came too fast to list; errors go first.
      Everything is in the journal.</span> <${Button} kind="small" onClick=${newest}>Show the newest<//></p>`}
    ${query.compare && !query.entry && html`<p class="banner" role="status"><span>Choose the call to compare with.</span> <${Button} kind="small" onClick=${() => refine({ compare: '', entry: query.compare })}>Cancel<//></p>`}
    <div class=${`split ${query.entry ? 'open' : ''}`}>
      <div class="main">
        ${shown.length ? html`<${List} shown=${shown} query=${query} hasMore=${hasMore} older=${older} />` : html`<${Nothing} query=${query} isFiltered=${isFiltered} isAsking=${mustAsk && !asked} />`}
      </div>
      ${query.entry && html`<aside aria-label="One call">
        ${query.compare && query.compare !== query.entry ? html`<${Compare} ids=${[query.compare, query.entry]} />` : html`<${Entry} key=${query.entry} id=${query.entry} />`}
      </aside>`}
    </div>`;
}

/** Calls of two lists, newest first. */
function merged(one, other) {
  if (!other.length) return one;
  const each = new Map([...other, ...one].map((row) => [row.id, row]));
  return [...each.values()].sort(byAge).slice(0, MOST);
}

/** What stands in the place of an empty list. */
function Nothing({ query, isFiltered, isAsking }) {
  if (!isFiltered || !rows.value.length) return html`<${Waiting} />`;
  if (isAsking) return html`<p class="muted pad" role="status">Looking in the journal…</p>`;
  const { sandbox: name, ...rest } = filtersOf(query);
  if (!Object.values(rest).some(Boolean)) {
    return html`<${Empty} title=${`No call in sandbox ${name} yet`}><p>Its calls are listed here as they come. Other sandboxes have calls.</p>
      <${Button} onClick=${() => refine({ sandbox: '' })}>Show all sandboxes<//><//>`;
  }
  return html`<${Empty} title="No call fits these filters"><${Button} onClick=${clear}>Clear the filters<//><//>`;
}

/** A table of which only the rows in sight are in the page. */
function List({ shown, query, hasMore, older }) {
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
    if (hasMore && last >= shown.length && seen.value.top > 0) older();
  }, [last, shown.length, hasMore]);
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
      <thead><tr aria-rowindex="1"><th scope="col" class="time">Time, UTC</th><th scope="col" class="state">Status</th><th scope="col" class="vendor">Vendor</th><th scope="col" class="operation">Operation</th><th scope="col" class="why">Why this answer</th><th scope="col" class="sandbox">${sandbox.value === ALL ? 'Sandbox' : 'Sandbox’s time, UTC'}</th></tr></thead>
      <tbody>
        ${first > 0 && html`<tr class="gap" aria-hidden="true" style=${{ height: `${first * ROW}px` }}><td colspan="6"></td></tr>`}
        ${shown.slice(first, last).map((row, index) => html`<${Row} key=${row.id} row=${row} number=${first + index + 2} query=${query} />`)}
        ${last < shown.length && html`<tr class="gap" aria-hidden="true" style=${{ height: `${(shown.length - last) * ROW}px` }}><td colspan="6"></td></tr>`}
      </tbody>
    </table>
    ${last >= shown.length && html`<p class="muted pad">${hasMore ? html`<${Button} kind="small" onClick=${older}>Load older calls<//>` : shown.length >= MOST ? `The newest ${MOST.toLocaleString('en')} calls are listed.` : 'That is all of them.'}</p>`}
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
    <td class="why" title=${row.why}>${row.violations > 0 && html`<${Tag} kind="warn">contract<//>`}${row.fault && html`<${Tag} kind="fault">armed<//>`}${row.changes > 0 && html`<${Tag}>changed<//>`} ${whyWords(row.why)}</td>
    <td class="sandbox number">${sandbox.value === ALL ? label : dateAndTime(row.now).replace(' UTC', '')}</td>
  </tr>`;
}
