// World and time: what each vendor remembers, what may happen outside its API, and when.
import { api } from './api.js';
import { errorsOf, blank, SchemaForm, valuesOf } from './form.js';
import { html, useEffect, useSignal } from './lib.js';
import { Button, Card, CodeTabs, Empty, Field, prose, Text } from './parts.js';
import { ALL, choose, route, sandbox } from './route.js';
import { eventTexts } from './snippets.js';
import { State } from './state.js';
import { attempt, changed, loadSandboxes, rows, refresh, sandboxes, say, vendors } from './store.js';
import { Timeline } from './timeline.js';
import { ClockControls, setClock } from './topbar.js';
import { isForUndo, tidy, undoably } from './undo.js';
import { dateAndTime } from './words.js';

const NAME = '[A-Za-z0-9_\\-][A-Za-z0-9._\\-]{0,63}'; // of a snapshot

export function World() {
  if (sandbox.value === ALL) return html`<${ChooseOne} />`;
  return html`<div class="page" key=${sandbox.value}>
    <h1>World and time</h1>
    <p class="lead">What the vendors remember in sandbox ${sandbox.value}, and what happens there outside their APIs.</p>
    <div class="columns">
      <${Card} title="Time"><${ClockControls} /><//>
      <${Sandbox} />
    </div>
    <div class="vendors">${vendors.value.map((vendor) => html`<${Vendor} key=${vendor.name} vendor=${vendor} />`)}</div>
    <div class="columns"><${Timeline} /><${Worlds} /></div>
  </div>`;
}

function ChooseOne() {
  const last = [...new Set(rows.value.map((row) => row.sandbox)), ...sandboxes.value.map((one) => one.name)];
  const names = [...new Set(last)].slice(0, 8);
  return html`<div class="page"><h1>World and time</h1>
    <${Card} title="Which sandbox?">
      <p class="muted">Each sandbox has a time and a world of its own. The ones that called last:</p>
      ${names.length ? html`<div class="row">${names.map((name) => html`<${Button} onClick=${() => choose(name)}>${name}<//>`)}</div>`
        : html`<${Empty} title="No sandbox yet"><p>One begins with the first call of an app, or make one with “Sandbox” in the bar above.</p><//>`}
    <//></div>`;
}

function Vendor({ vendor }) {
  const name = vendor.name;
  const summary = useSignal(null);
  const load = () => api.summary(sandbox.value, name).then((found) => (summary.value = found), (problem) => (summary.value = { lines: problem.status === 404 ? ['as it begins: nothing has been changed yet'] : [problem.message], due: [] }));
  useEffect(() => { load(); }, [sandbox.value, changed.value]);
  return html`<${Card} title=${vendor.title || name}>
    ${summary.value && html`<ul class="plain">${summary.value.lines.map((line) => html`<li>${line}</li>`)}</ul>
      ${summary.value.due.length > 0 && html`<div><h3>Next</h3><ul class="plain">${summary.value.due.slice(0, 6).map((one) => html`<li class="row between"><span><b class="number">${dateAndTime(one.at)}</b> ${one.what}</span>
        <${Button} kind="small" onClick=${() => setClock({ now: one.at }, `Moved to: ${one.what}`)} aria-label=${`Go there: ${one.what}`}>Go there<//></li>`)}</ul></div>`}`}
    <div>${Object.entries(vendor.events).map(([event, one]) => html`<${Event} key=${event} vendor=${name} event=${event} description=${one.description} schema=${one.schema} />`)}</div>
    <${State} vendor=${name} />
  <//>`;
}

/** What an event led to: ": id 7, status "open"". */
const told = (result) => Object.entries(result).map(([name, value], index) => `${index ? ', ' : ': '}${name} ${JSON.stringify(value)}`).join('');

/** Something that happens outside the API, as a form. */
function Event({ vendor, event, description, schema }) {
  const texts = useSignal(blank(schema));
  const errors = useSignal({});
  const { query } = route.value;
  const play = (submitted) => {
    submitted.preventDefault();
    errors.value = {};
    return undoably(sandbox.value, ({ result }) => `${vendor} ${event}${told(result)}.`, async () => {
      try {
        return await api.event(sandbox.value, vendor, event, valuesOf(schema, texts.value));
      } catch (problem) {
        errors.value = errorsOf(problem);
        throw problem;
      }
    });
  };
  return html`<details class="event" open=${query.vendor === vendor && query.event === event}>
    <summary><b>${event}</b> <span class="muted">${prose(description.split('. ')[0].replace(/\.$/, ''))}</span></summary>
    <form class="stack" onSubmit=${play}>
      <p class="muted">${prose(description)}</p>
      <${SchemaForm} schema=${schema} texts=${texts.value} onChange=${(after) => (texts.value = after)} errors=${errors.value} />
      <div><${Button} type="submit" kind="primary">Let it happen<//></div>
      <details><summary>The same as…</summary><${CodeTabs} label="The same as" texts=${eventTexts(vendor, event, valuesOf(schema, texts.value), sandbox.value)} /></details>
    </form>
  </details>`;
}

/** Snapshots, reset, label, download. */
function Sandbox() {
  const name = sandbox.value;
  const snapshots = useSignal([]);
  const called = useSignal('');
  const own = sandboxes.value.find((one) => one.name === name);
  const label = useSignal(own?.label || '');
  const load = () => api.snapshots(name).then((found) => (snapshots.value = found.filter((one) => !isForUndo(one.name))), () => (snapshots.value = []));
  const forget = (snapshot) => attempt(async () => { await api.forget(name, snapshot); say(`Snapshot ${snapshot} deleted.`); await load(); });
  useEffect(() => { load(); }, [name, changed.value]);
  useEffect(() => { api.snapshots(name).then((found) => tidy(name, found.map((one) => one.name)), () => {}); }, [name]);
  const take = (event) => {
    event.preventDefault();
    return attempt(async () => { await api.snapshot(name, called.value); say(`Snapshot ${called.value} kept.`); called.value = ''; await load(); });
  };
  return html`<${Card} title="Sandbox">
    <form class="row end" onSubmit=${(event) => { event.preventDefault(); attempt(async () => { await api.label(name, label.value); await loadSandboxes(); say('Labelled.', { undo: () => attempt(async () => { await api.label(name, own?.label || ''); label.value = own?.label || ''; await loadSandboxes(); say('Taken back.'); }) }); }); }}>
      <${Field} label="Label"><${Text} value=${label.value} maxlength="80" onInput=${(text) => (label.value = text)} placeholder="What it is for" /><//><${Button} type="submit">Save<//></form>
    <form class="row end" onSubmit=${take}>
      <${Field} label="Snapshot"><${Text} value=${called.value} required pattern=${NAME} onInput=${(text) => (called.value = text)} placeholder="before-payment" /><//><${Button} type="submit">Keep as it is now<//></form>
    ${snapshots.value.length > 0 && html`<ul class="plain long" tabindex="0" aria-label="Snapshots">${snapshots.value.map((one) => html`<li class="row between"><span>${one.name}</span><${Button} kind="small" aria-label=${`Restore ${one.name}`} onClick=${() => undoably(name, `Restored ${one.name}.`, () => api.restore(name, one.name))}>Restore<//>
      <${Button} kind="quiet small" icon="close" aria-label=${`Delete snapshot ${one.name}`} onClick=${() => forget(one.name)} /></li>`)}</ul>`}
    <div class="row">
      <${Button} onClick=${() => undoably(name, `Sandbox ${name} began again.`, () => api.reset(name))}>Reset<//>
      <a class="button" href=${`/_mock/sandboxes/${encodeURIComponent(name)}/world?format=yaml`} download=${`${name}.yaml`}>Download as world YAML</a>
    </div>
    <p class="muted">Reset returns state, time, failures and calls to how they began.</p>
  <//>`;
}

function Worlds() {
  const list = useSignal([]);
  useEffect(() => { attempt(async () => (list.value = await api.worlds())); }, []);
  const begin = (what, action) => undoably(sandbox.value, `Sandbox ${sandbox.value} begins in ${what}.`, action);
  const upload = (event) => {
    const file = event.target.files[0];
    event.target.value = '';
    if (file) file.text().then((text) => begin(`the world of ${file.name}`, () => api.beginFromFile(sandbox.value, text)));
  };
  return html`<${Card} title="Worlds" actions=${html`<label class="button small">Begin in a file…<input class="hidden" type="file" accept=".yaml,.yml,.json" onChange=${upload} /></label>`}>
    <p class="muted">Starting points. Beginning in one replaces state, time, failures and calls of this sandbox.</p>
    <ul class="plain">${[{ name: 'default', description: 'The vendors’ documented samples.' }, ...list.value].map((one) => html`<li class="row between"><span><b>${one.name}</b> <span class="muted clamped" title=${one.description}>${prose(one.description)}</span></span>
      <${Button} kind="small" aria-label=${`Begin here: ${one.name}`} onClick=${() => begin(`world ${one.name}`, () => api.begin(sandbox.value, one.name))}>Begin here<//></li>`)}</ul>
  <//>`;
}
