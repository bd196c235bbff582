// The filters of the list of calls, kept in the address: the same as the journal of the control API has.
import { queryOf } from './api.js';
import { html } from './lib.js';
import { Button, Select, Text } from './parts.js';
import { ALL, refine, sandbox } from './route.js';
import { vendors } from './store.js';
import { counted } from './words.js';

const FLAGS = { errors: 'Errors', violations: 'Broke the contract', fault: 'Armed failure', changes: 'Changed state' };

/** The filters of the address, as the control API has them. */
export function filtersOf(query) {
  const flags = Object.fromEntries(Object.keys(FLAGS).map((name) => [name, query[name] ? 'true' : '']));
  const { vendor, operation, status, text } = query;
  return { ...(sandbox.value === ALL ? {} : { sandbox: sandbox.value }), vendor, operation, status, text, ...flags };
}

export function isWanted(row, wanted) {
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

/** Show all calls of the sandbox again. */
export const clear = () => refine({ vendor: '', operation: '', status: '', text: '', errors: '', violations: '', fault: '', changes: '' });

export function Filters({ query, wanted, shown }) {
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
    <a class="button" href=${`/_mock/journal${file}`} download="calls.har" title="The newest thousand of these as HAR 1.2">HAR</a>
  </div>`;
}
