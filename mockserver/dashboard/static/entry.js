// One call in full: why it was answered so, what was wrong with it, what it changed, and what can be done with it.
import { api } from './api.js';
import { html, useEffect, useSignal } from './lib.js';
import { Button, Choice, Code, copy, prose, Select, Status, Tag } from './parts.js';
import { faultLike, requestCurl, requestPytest, requestPython } from './recorded.js';
import { go, href, refine, route } from './route.js';
import { faultYaml } from './snippets.js';
import { attempt, cases, operationCalled, rows, say } from './store.js';
import { connectionWords, counted, dateAndTime, pretty, span, whyWords } from './words.js';

export function Entry({ id }) {
  const entry = useSignal(null);
  const error = useSignal('');
  useEffect(() => {
    api.entry(id).then((found) => (entry.value = found), (problem) => (error.value = problem.message));
  }, [id]);
  if (error.value) return html`<div class="entry"><p class="pad">${error.value}</p><${Button} onClick=${close}>Close<//></div>`;
  return entry.value && html`<${Shown} entry=${entry.value} />`;
}

/** Back to the list, the keyboard too. */
function close() {
  refine({ entry: '', compare: '' });
  requestAnimationFrame(() => document.querySelector('.scroll')?.focus());
}

function Shown({ entry }) {
  const row = { ...entry, lost: entry.fault?.lost };
  return html`<article class="entry" onKeyDown=${(event) => event.key === 'Escape' && close()}>
    <header>
      <${Status} row=${row} /><h2><span class="method">${entry.request.method}</span> ${entry.operation || 'no operation'}</h2>
      <${Button} icon="close" kind="quiet" aria-label="Close the call" onClick=${close} />
    </header>
    <p class="target">${entry.request.target}</p>
    <p class="muted number">${dateAndTime(entry.received)} · sandbox ${entry.sandbox}${entry.now !== entry.received ? `, where it was ${dateAndTime(entry.now)}` : ''} · ${entry.timing.handled.toFixed(1)} ms</p>
    <${Actions} entry=${entry} />
    <${Why} entry=${entry} />
    ${entry.violations.length > 0 && html`<${Wrong} entry=${entry} />`}
    ${entry.fault && html`<${Fault} entry=${entry} />`}
    ${entry.changes.length > 0 && html`<${Changes} changes=${entry.changes} />`}
    <${Next} entry=${entry} />
    <${Message} title="Request" message=${entry.request} />
    <${Message} title="Response" message=${entry.response} lost=${row.lost} />
  </article>`;
}

function Actions({ entry }) {
  const fault = faultLike(entry);
  const again = () => attempt(async () => {
    const after = await api.replay(entry.id);
    say(`Sent again: ${after.status ?? 'no answer'}.`);
    refine({ entry: after.id });
  });
  const texts = {
    'curl': () => requestCurl(entry),
    'Python': () => requestPython(entry),
    'pytest': () => requestPytest(entry),
    ...(fault ? { 'failure as YAML': () => faultYaml(fault) } : {}),
  };
  const likeThis = fault || { vendor: entry.vendor, operation: entry.operation };
  return html`<div class="row">
    ${entry.vendor && html`<${Button} icon="fail" kind="primary small" onClick=${() => go('fail', { like: JSON.stringify(likeThis) })}>Fail the next one like this<//>`}
    <${Button} icon="again" kind="small" onClick=${again}>Send again<//>
    <${Button} kind="small" onClick=${() => refine({ compare: entry.id, entry: '' })}>Compare with…<//>
    <${Select} aria-label="Copy as" value="" options=${[{ value: '', text: 'Copy as…' }, ...Object.keys(texts)]} onInput=${(name) => name && copy(texts[name](), `Copied as ${name}`)} />
  </div>`;
}

const RULES = {
  example: 'The operation’s default answer.',
  generated: 'Generated data, as the spec describes it.',
  behaviour: 'What the vendor would answer, by what it remembers.',
  demanded: 'The request or an armed failure asked for this answer.',
  'unknown-case': 'The request asked for an error that this operation doesn’t have.',
  disabled: 'The mock server doesn’t support this operation.',
  fault: 'An armed failure broke the connection.',
  preflight: 'The answer to a browser’s preflight.',
  world: 'The vendor refused, by what it remembers.',
  no_route: 'No operation has this path.',
  crash: 'A bug of the mock server.',
};

function Why({ entry }) {
  const found = useSignal(null);
  const { rule, case: name, spec, nearest } = entry.decision;
  useEffect(() => {
    if (entry.vendor && name) cases(entry.vendor).then((list) => (found.value = list.find((one) => one.name === name && one.operation === entry.operation)), () => {});
  }, [entry.id]);
  return html`<section><h3>Why this answer</h3>
    <p><b>${whyWords(entry.why)}</b></p>
    <p class="muted">${RULES[rule] || 'The request was refused.'}</p>
    ${found.value && html`<p>${prose(found.value.summary)}${found.value.description ? html`<br /><span class="muted">${prose(found.value.description)}</span>` : ''}</p>`}
    ${nearest.length > 0 && html`<p>Nearest: ${nearest.join(', ')}</p>`}
    ${spec && html`<p class="muted">In the spec: <code>${spec.file}:${spec.line}</code>${entry.operation && html` · <a href=${href('reference', { vendor: entry.vendor, operation: entry.operation })}>API reference</a>`}</p>`}
  </section>`;
}

function Wrong({ entry }) {
  return html`<section class="wrongs"><h3>What was wrong with the request</h3>
    <ul>${entry.violations.map((one) => {
      const parameter = operationCalled(entry.vendor, entry.operation)?.parameters.find((found) => found.name === one.name && found.in === one.in);
      return html`<li><b>${`${one.in} ${one.name || ''}`.trim()}${one.pointer || ''}</b>: ${one.message}
        ${parameter && html`<br /><span class="muted">Right would be: ${parameter.description || schemaWords(parameter.schema)}</span>`}
        ${one.spec && html`<br /><span class="muted">In the spec: <code>${one.spec.file}:${one.spec.line}</code></span>`}</li>`;
    })}</ul></section>`;
}

function schemaWords(schema) {
  if (schema.enum) return `one of ${schema.enum.map((one) => JSON.stringify(one)).join(', ')}`;
  return [schema.type, schema.format, schema.pattern && `like ${schema.pattern}`].filter(Boolean).join(', ') || 'anything';
}

function Fault({ entry }) {
  const { id, when, delay, connection, lost, made } = entry.fault;
  return html`<section><h3>An armed failure</h3>
    <p><${Tag} kind="fault">${id}<//> ${when === 'after' ? 'The vendor had acted.' : when === 'before' ? 'The vendor never acted.' : ''}
      ${delay > 0 && ` The answer waited ${delay} s.`}${connection && ` What happened: ${connectionWords(connection)}.`}</p>
    ${(made || lost) && html`<div class="sides">
      <div><h4>The vendor’s side</h4><p>${made ? html`answered <b>${made.status}</b> ${made.case || ''}` : 'did nothing'}</p></div>
      <div><h4>The client’s side</h4><p>${lost ? html`got <b>no answer</b> that it could read` : html`got <b>${entry.status ?? 'nothing'}</b> ${entry.decision.case || ''}`}</p></div>
    </div>`}
  </section>`;
}

function Changes({ changes }) {
  const short = (value) => (value === undefined ? '–' : JSON.stringify(value));
  return html`<section><h3>What changed in the vendor’s state</h3>
    <div class="scroll-x" tabindex="0" role="region" aria-label="Changes of state"><table><thead><tr><th scope="col">Place</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
      <tbody>${changes.map((one) => html`<tr><td><code>${one.pointer}</code></td><td class="number">${short(one.before)}</td><td class="number"><b>${short(one.after)}</b></td></tr>`)}</tbody></table></div>
  </section>`;
}

/** What the client did next, by the calls that are listed. */
function Next({ entry }) {
  const later = rows.value.filter((row) => row.sandbox === entry.sandbox && (row.received > entry.received || (row.received === entry.received && row.id > entry.id))).reverse();
  const same = later.find((row) => row.method === entry.request.method && row.target === entry.request.target);
  const after = (row) => span(Date.parse(row.received) - Date.parse(entry.received));
  return html`<section><h3>What the client did next</h3>
    ${!later.length ? html`<p class="muted">Nothing so far in this sandbox.</p>` : html`
    <p>${same ? html`The same call again after <b>${after(same)}</b>.` : 'It has not sent the same call again.'}</p>
    <ul class="next">${later.slice(0, 3).map((row) => html`<li><a href=${href('traffic', { ...route.value.query, entry: row.id })}><${Status} row=${row} /> ${row.operation || row.target}</a> <span class="muted">${after(row)} later</span></li>`)}</ul>
    ${later.length > 3 && html`<p class="muted">and ${counted(later.length - 3, 'more call')}</p>`}`}
  </section>`;
}

function Message({ title, message, lost }) {
  const form = useSignal('pretty');
  const { body } = message;
  const raw = body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const first = title === 'Request' ? `${message.method} ${message.target}` : `${message.status ?? 'no status'}`;
  const heads = message.headers.map(([name, value]) => `${name}: ${value}`).join('\n');
  const texts = { pretty: body === null ? '' : pretty(body), raw: `${first}\n${heads}\n\n${raw}`, headers: heads };
  return html`<section><div class="row between"><h3>${title}${lost ? ' (lost)' : ''}</h3><${Choice} label=${`${title} as`} value=${form.value} options=${{ pretty: 'Body', raw: 'Raw', headers: 'Headers' }} onInput=${(name) => (form.value = name)} /></div>
    ${texts[form.value] ? html`<${Code} text=${texts[form.value]} label=${`${title} ${form.value}`} />` : html`<p class="muted">${form.value === 'pretty' ? 'No body.' : 'None.'}</p>`}
  </section>`;
}
