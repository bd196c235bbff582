// Try an operation: a real request from this page to the vendor here, in a sandbox.
import { html, useSignal } from './lib.js';
import { Button, Card, Code, Field, Status, Text } from './parts.js';
import { ALL, href, sandbox } from './route.js';
import { shell } from './snippets.js';
import { attempt } from './store.js';
import { pretty } from './words.js';

const sample = ({ example, schema }) => {
  const value = example ?? schema.default ?? schema.examples?.[0] ?? schema.enum?.[0];
  return value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const FORM = 'application/x-www-form-urlencoded';

/** The pairs of a form's body; what is within something is named a[b]. */
const pairsOf = (value, name = '') => (value === null || typeof value !== 'object' ? [[name, String(value)]]
  : Object.entries(value).flatMap(([key, one]) => pairsOf(one, name ? `${name}[${key}]` : key)));

/** An example of a body as its text, in the way that its type has. */
function bodyText(type, example) {
  if (example === undefined) return '';
  if (type === FORM && typeof example === 'object') return String(new URLSearchParams(pairsOf(example)));
  return typeof example === 'string' && !type.includes('json') ? example : JSON.stringify(example, null, 2);
}

/** A form that can be sent as it stands: what is required has the spec's example. */
const start = (operation) => Object.fromEntries(operation.parameters.map((one) => [`${one.in} ${one.name}`, one.required ? sample(one) : '']));

/** The request that a form describes: {method, target, headers, body}. */
function requestOf(vendor, operation, form) {
  const name = sandbox.value === ALL ? 'try-it' : sandbox.value;
  const headers = {};
  const query = [];
  let path = operation.path;
  for (const one of operation.parameters) {
    const value = form.values[`${one.in} ${one.name}`] || '';
    if (one.in === 'path') path = path.replace(`{${one.name}}`, encodeURIComponent(value));
    else if (value && one.in === 'query') query.push([one.name, value]);
    else if (value && one.in === 'header') headers[one.name] = value;
  }
  const [credential] = vendor.credentials;
  if (credential && form.key) {
    const value = credential.prefix ? `${credential.prefix[0].toUpperCase()}${credential.prefix.slice(1)} ${form.key}` : form.key;
    if (credential.in === 'header') headers[credential.name] = value;
    if (credential.in === 'query') query.push([credential.name, value]);
  }
  const hasBody = !['GET', 'HEAD'].includes(operation.method) && form.body;
  if (hasBody) headers['Content-Type'] = form.type;
  const search = query.length ? `?${new URLSearchParams(query)}` : '';
  return { method: operation.method, target: `/~${name}/${vendor.name}${path}${search}`, headers, body: hasBody ? form.body : undefined };
}

function curl({ method, target, headers, body }) {
  const words = ['curl', '-i', ...(method === 'GET' ? [] : ['-X', method]), location.origin + target];
  for (const [name, value] of Object.entries(headers)) words.push('-H', `${name}: ${value}`);
  return shell(body === undefined ? words : [...words, '--data-raw', body]);
}

export function TryIt({ vendor, operation, type = 'application/json', example }) {
  const form = useSignal({ values: start(operation), key: 'try_it', type, body: bodyText(type, example) });
  const came = useSignal(null);
  const request = requestOf(vendor, operation, form.value);
  const change = (more) => (form.value = { ...form.value, ...more });
  const send = (event) => {
    event.preventDefault();
    came.value = null;
    return attempt(async () => {
      let answer;
      try {
        answer = await fetch(request.target, { method: request.method, headers: request.headers, body: request.body, credentials: 'omit', cache: 'no-store' });
      } catch {
        came.value = { lost: true, headers: '', body: '' };
        return;
      }
      const text = await answer.text().catch(() => null);
      let body = text;
      try {
        body = pretty(JSON.parse(text));
      } catch { /* not JSON: as it is */ }
      came.value = { status: answer.status, lost: text === null, headers: [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n'), body, id: answer.headers.get('x-mock-request-id') };
    });
  };
  return html`<${Card} title="Try it">
    <form class="stack" onSubmit=${send}>
      <div class="fields">
        ${operation.parameters.filter((one) => one.in !== 'cookie').map((one) => html`<${Field} label=${`${one.name} (${one.in}${one.required ? '' : ', optional'})`}><${Text} value=${form.value.values[`${one.in} ${one.name}`]} placeholder=${one.required ? '' : sample(one)} onInput=${(text) => change({ values: { ...form.value.values, [`${one.in} ${one.name}`]: text } })} /><//>`)}
        ${vendor.credentials.length > 0 && html`<${Field} label="Key"><${Text} value=${form.value.key} onInput=${(key) => change({ key })} /><//>`}
      </div>
      ${!['GET', 'HEAD'].includes(operation.method) && html`<${Field} label=${`Body (${type})`} wide hint=${type.startsWith('multipart/') ? 'with the boundary that its type names; a client of your own makes one' : ''}><textarea rows="6" spellcheck=${false} value=${form.value.body} onInput=${(event) => change({ body: event.target.value })}></textarea><//>`}
      <${Code} text=${curl(request)} label="The same as curl" />
      <div class="row"><${Button} type="submit" kind="primary">Send<//><span class="muted">in sandbox ${sandbox.value === ALL ? 'try-it' : sandbox.value}; it counts as any call</span></div>
    </form>
    ${came.value && html`<div class="stack" role="status"><p><${Status} row=${came.value} /> ${came.value.lost ? 'No answer that a client could read came.' : ''} ${came.value.id && html`<a href=${href('traffic', { entry: came.value.id })}>Why this answer</a>`}</p>
      ${came.value.body && html`<${Code} text=${came.value.body} label="Answer" />`}
      ${came.value.headers && html`<details><summary>Headers</summary><${Code} text=${came.value.headers} label="Headers of the answer" /></details>`}</div>`}
  <//>`;
}
