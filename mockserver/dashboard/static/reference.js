// API reference: the operations of every served spec, with their errors as buttons, and a form to try them.
import { arm } from './arming.js';
import { html, useEffect, useSignal } from './lib.js';
import { Button, Card, copy, prose, Select, Status, Tag, Text } from './parts.js';
import { ALL, go, href, refine, route, sandbox } from './route.js';
import { Schema, Resolver } from './schema.js';
import { attempt, cases, spec, vendorCalled, vendors } from './store.js';
import { TryIt } from './tryit.js';
import { counted, retryWords } from './words.js';

export function Reference() {
  const { query } = route.value;
  const name = vendorCalled(query.vendor) ? query.vendor : vendors.value[0]?.name;
  const vendor = vendorCalled(name);
  const operation = vendor?.operations.find((one) => one.id === query.operation);
  if (!vendor) return html`<div class="page"><h1>API reference</h1><p>No vendor is served.</p></div>`;
  return html`<div class="api">
    <${Index} vendor=${vendor} chosen=${query.operation} find=${query.find || ''} />
    <div class="detail">${operation ? html`<${Operation} key=${`${name} ${operation.id}`} vendor=${vendor} operation=${operation} />` : html`<${About} vendor=${vendor} />`}</div>
  </div>`;
}

function Index({ vendor, chosen, find }) {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  const found = vendor.operations.filter((one) => words.every((word) => `${one.id} ${one.method} ${one.path} ${one.summary}`.toLowerCase().includes(word)));
  return html`<div class="index">
    <${Select} aria-label="Vendor" value=${vendor.name} options=${vendors.value.map((one) => ({ value: one.name, text: one.title || one.name }))} onInput=${(name) => go('reference', { vendor: name })} />
    <${Text} type="search" aria-label="Find an operation" placeholder="Find an operation" value=${find} onInput=${(text) => refine({ find: text })} />
    <span class="muted">${counted(found.length, 'operation')}</span>
    <ul>${found.map((one) => html`<li key=${one.id}><a href=${href('reference', { vendor: vendor.name, operation: one.id, find })} aria-current=${one.id === chosen ? 'true' : undefined}><span class="method">${one.method}</span><span>${one.id}</span></a></li>`)}</ul>
  </div>`;
}

function About({ vendor }) {
  const file = (form) => `/_mock/vendors/${encodeURIComponent(vendor.name)}/openapi.${form}`;
  return html`<h1>${vendor.title || vendor.name}</h1>
    <p class="lead">Version ${vendor.version}, from <code>${vendor.spec}</code>. Choose an operation to see what it takes and answers, and how it fails.</p>
    <${Card} title="Served at"><ul class="plain">${vendor.base_urls.map((url) => html`<li><code>${url}</code></li>`)}</ul>
      <p class="muted">Key: ${vendor.credentials.map((one) => `${one.in} ${one.name}${one.prefix ? ` (${one.prefix})` : ''}`).join(', or ') || 'none'}</p>
      <div class="row"><a class="button" href=${file('yaml')} download=${`${vendor.name}.yaml`}>OpenAPI as YAML</a><a class="button" href=${file('json')} download=${`${vendor.name}.json`}>As JSON</a></div>
    <//>`;
}

function Operation({ vendor, operation }) {
  const document = useSignal(null);
  const own = useSignal([]);
  useEffect(() => {
    attempt(async () => (document.value = await spec(vendor.name)));
    attempt(async () => (own.value = (await cases(vendor.name)).filter((one) => one.operation === operation.id)));
  }, [vendor, operation.id]);
  const resolver = document.value && new Resolver(document.value);
  const described = resolver?.operation(operation.id);
  return html`<div><h1>${operation.id}</h1><p class="target"><span class="method">${operation.method}</span> ${operation.path}</p></div>
    ${operation.summary && html`<p class="lead">${prose(operation.summary)}</p>`}
    <div class="row">${operation.provenance && html`<${Tag}>${operation.provenance}<//>`}${operation.credits && html`<${Tag}>${priceOf(operation.credits)}<//>`}${operation.disabled && html`<${Tag} kind="bad">not supported: ${operation.disabled}<//>`}</div>
    ${described?.description && html`<p>${prose(described.description)}</p>`}
    <${Errors} vendor=${vendor} operation=${operation} list=${own.value} />
    ${operation.parameters.length > 0 && html`<${Card} title="Parameters"><div class="scroll-x" tabindex="0" role="region" aria-label="Parameters"><table><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">What it is</th></tr></thead>
      <tbody>${operation.parameters.map((one) => html`<tr><td><code>${one.name}</code>${one.required && html` <${Tag} kind="warn">required<//>`}</td><td>${one.in}</td><td>${prose(one.description)} ${resolver && html`<${Schema} schema=${one.schema} resolver=${resolver} />`}</td></tr>`)}</tbody></table></div><//>`}
    ${described?.body && html`<${Card} title="Request body">${described.body.map(([type, schema]) => html`<p class="muted">${type}</p><${Schema} schema=${schema} resolver=${resolver} />`)}<//>`}
    ${described && html`<${Card} title="Answers">${described.responses.map(([status, response]) => html`<details key=${status} open=${status.startsWith('2')}><summary>${Number(status) ? html`<${Status} row=${{ status: Number(status) }} />` : html`<${Tag}>${status}<//>`} ${prose(response.description)}</summary>
      ${response.content.map(([type, schema]) => html`<p class="muted">${type}</p><${Schema} schema=${schema} resolver=${resolver} />`)}</details>`)}<//>`}
    ${described && html`<${TryIt} vendor=${vendor} operation=${operation} type=${described.type} example=${described.example} />`}`;
}

function priceOf({ base, per_result, per_option }) {
  return [`${base} credit${base === 1 ? '' : 's'}`, per_result && `${per_result} a result`, per_option && `${per_option} an option`].filter(Boolean).join(' + ');
}

/** An operation's cases as buttons: the next call gets it. */
function Errors({ vendor, operation, list }) {
  const chosen = useSignal(null);
  const failing = list.filter((one) => one.status >= 400);
  const one = chosen.value;
  const where = sandbox.value === ALL ? 'in all sandboxes' : `in sandbox ${sandbox.value}`;
  return html`<${Card} title="How it fails">
    ${!failing.length && html`<p class="muted">The spec lists no errors. “Make it fail” answers any status.</p>`}
    <div class="case-buttons">${failing.map((found) => html`<${Button} kind="small" pressed=${found === one} onClick=${() => (chosen.value = found === one ? null : found)}><${Status} row=${found} />${found.name}<//>`)}</div>
    ${one && html`<div class="meaning stack"><p><b>${one.name}</b> ${prose(one.summary)}</p>${one.description && html`<p class="muted">${prose(one.description)}</p>`}<p>${retryWords(one.retry)}</p>
      <div class="row"><${Button} icon="fail" kind="primary small" onClick=${() => arm({ vendor: vendor.name, operation: operation.id, error: one.name, times: 1 }, sandbox.value)}>Fail the next call ${where}<//>
        <${Button} kind="small" onClick=${() => go('fail', { vendor: vendor.name, operation: operation.id, error: one.name })}>More…<//>
        <${Button} icon="copy" kind="small" onClick=${() => copy(one.magic, 'Copied the magic value')}>Magic value<//>
        <${Button} icon="copy" kind="small" onClick=${() => copy(one.curl, 'Copied as curl')}>curl<//></div></div>`}
  <//>`;
}
