// Setup: how an app is pointed here, and whether its first request has come.
import { html, useSignal } from './lib.js';
import { Button, Card, CodeTabs, Field, Text } from './parts.js';
import { ALL, go, href, sandbox } from './route.js';
import { rows, vendors } from './store.js';
import { dateAndTime } from './words.js';

const variable = (vendor, what) => `${vendor}_${what}`.toUpperCase().replace(/[^A-Z0-9]/g, '_');
const keyFor = (vendor, name) => `${vendor}_mock_sandbox_${name}`;

/** Base URLs and keys in the ways that apps read them. */
function textsOf(list, name) {
  const pairs = list.flatMap((one) => [[variable(one.name, 'BASE_URL'), one.base_url], [variable(one.name, 'API_KEY'), keyFor(one.name, name)]]);
  const inContainer = ([key, value]) => [key, value.replace(/\/\/(127\.0\.0\.1|localhost)/, '//host.docker.internal')];
  return {
    '.env': pairs.map(([key, value]) => `${key}=${value}`).join('\n'),
    Python: `import os\n\n${pairs.map(([key, value]) => `os.environ["${key}"] = ${JSON.stringify(value)}`).join('\n')}`,
    'Node.js': pairs.map(([key, value]) => `process.env.${key} = ${JSON.stringify(value)};`).join('\n'),
    Docker: `# the server must listen for containers: mockserver serve --host 0.0.0.0\ndocker run --add-host host.docker.internal:host-gateway \\\n${pairs.map(inContainer).map(([key, value]) => `  -e ${key}=${value}`).join(' \\\n')} \\\n  IMAGE`,
    'No setting to change': `# the vendors' real hosts, hard-coded or not, lead to the mock server:\nmockserver run --intercept -- COMMAND

# the same for a shell, beside a server that was started with serve --intercept:
eval "$(mockserver env)"`,
  };
}

export function Setup() {
  const name = useSignal(sandbox.value === ALL ? 'my-app' : sandbox.value.startsWith('key-') ? 'my-app' : sandbox.value);
  return html`<div class="page">
    <h1>Setup</h1>
    <p class="lead">Point the app here: a base URL for each vendor, and any key. Nothing else in it changes.</p>
    <${First} />
    <${Card} title="Settings of the app">
      <div class="fields"><${Field} label="Sandbox" wide hint="A key that ends in mock_sandbox_NAME uses that sandbox; any other key has one of its own."><${Text} value=${name.value} onInput=${(value) => (name.value = value.replace(/[^A-Za-z0-9._-]|^\.+/g, '').slice(0, 64))} /><//></div>
      <${CodeTabs} label="Settings as" texts=${textsOf(vendors.value, name.value || 'my-app')} />
    <//>
    <${Card} title="Base URLs">
      <div class="scroll-x" tabindex="0" role="region" aria-label="Base URLs"><table><thead><tr><th scope="col">Vendor</th><th scope="col">Base URL</th><th scope="col">Real hosts</th></tr></thead>
        <tbody>${vendors.value.map((one) => html`<tr><td><a href=${href('reference', { vendor: one.name })}>${one.title || one.name}</a></td><td>${one.base_urls.map((url) => html`<code>${url}</code> `)}</td><td>${one.hosts.join(', ') || '–'}</td></tr>`)}</tbody></table></div>
      <p class="muted">A request whose Host header is a vendor’s real host is served too, at the root.</p>
    <//>
  </div>`;
}

/** Whether the app has called: waiting, or when it did. */
function First() {
  const row = rows.value[0];
  if (!row) return html`<p class="first" role="status"><i></i>Waiting for your first request…</p>`;
  return html`<p class="first come" role="status"><i></i>It calls: the last request came at ${dateAndTime(row.received)}, in sandbox ${row.sandbox}. <a href=${href('traffic')}>See the traffic</a></p>`;
}

/** What stands in the place of the traffic while there is none. */
export function Waiting() {
  const list = vendors.value;
  const find = useSignal('');
  return html`<div class="waiting">
    <p class="first" role="status"><i></i>Waiting for your first request…</p>
    <div class="steps">
      <div><h2>1 · Point the app here</h2>
        <ul class="bases">${list.slice(0, 8).map((one) => html`<li><span>${one.title || one.name}</span> <code>${one.base_url}</code></li>`)}</ul>
        <p>Any key will do. <a href=${href('setup')}>As .env, Python, Node.js, Docker…</a></p></div>
      <div><h2>2 · Choose what goes wrong</h2>
        <p>An error of the vendor, a slow or broken answer, a field that is null: the app’s next call gets it.</p>
        <form class="row end" onSubmit=${(event) => { event.preventDefault(); go('fail', { find: find.value }); }}>
          <${Field} label="Which error?"><${Text} value=${find.value} onInput=${(text) => (find.value = text)} placeholder="no_channel, 503, rate limit…" /><//>
          <${Button} icon="fail" kind="primary" type="submit">Make it fail<//></form></div>
      <div><h2>3 · See what it did</h2>
        <p>Each call is listed here as it comes, with why it was answered so, and what the app did next.</p></div>
    </div>
  </div>`;
}
