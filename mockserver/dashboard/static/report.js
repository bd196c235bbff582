// The contract report, as it stands now: what broke the contract, what was met of it, what the client did after errors.
import { api, queryOf } from './api.js';
import { html, useEffect, useRef, useSignal } from './lib.js';
import { Button, Card, Empty, Field, Status, Tag, Text } from './parts.js';
import { ALL, href, refine, route, sandbox } from './route.js';
import { attempt, rows } from './store.js';
import { counted } from './words.js';

const FORMATS = { html: 'HTML', markdown: 'Markdown', junit: 'JUnit', text: 'Text', json: 'JSON' };

export function Report() {
  const report = useSignal(null);
  const { require = '', forbid = 'violations' } = route.value.query;
  const filters = { ...(sandbox.value === ALL ? {} : { sandbox: sandbox.value }), require, forbid: forbid === "none" ? "" : forbid };
  const load = () => attempt(async () => (report.value = await api.report(filters).catch(none)));
  useEffect(() => { load(); }, [sandbox.value, require, forbid]);
  useLater(load, rows.value[0]?.id);
  const found = report.value;
  if (found === NONE) return html`<div class="page"><h1>Report</h1><${Empty} title="Nothing to report yet"><p>There is no call in sandbox ${sandbox.value} so far.</p><//></div>`;
  return html`<div class="page">
    <h1>Report</h1>
    <p class="lead">How the app kept the contract ${sandbox.value === ALL ? 'in all sandboxes' : `in sandbox ${sandbox.value}`}, up to now.</p>
    ${found && html`
      <${Tiles} report=${found} />
      <${Gates} report=${found} require=${require} forbid=${forbid} />
      <${Broken} report=${found} /><${Doubles} report=${found} /><${Coverage} report=${found} /><${After} report=${found} />
      <${Card} title="Export"><div class="row">${Object.entries(FORMATS).map(([format, name]) => html`<a class="button" download=${`report.${format === 'markdown' ? 'md' : format === 'junit' ? 'xml' : format === 'text' ? 'txt' : format}`} href=${`/_mock/report${queryOf({ ...(sandbox.value === ALL ? {} : { sandbox: sandbox.value }), format })}`}>${name}</a>`)}</div><//>`}
  </div>`;
}

const AGAIN = 1500; // milliseconds: a report is made of the whole journal

/** Do something when a value has changed, at most so often. */
function useLater(action, value) {
  const state = useRef({ seen: value, timer: 0 }).current;
  state.action = action;
  useEffect(() => () => clearTimeout(state.timer), []);
  if (state.seen === value) return;
  state.seen = value;
  state.timer ||= setTimeout(() => {
    state.timer = 0;
    state.action();
  }, AGAIN);
}

const NONE = {};

/** What stands for the report of a sandbox that isn't there yet. */
function none(problem) {
  if (problem.status === 404) return NONE;
  throw problem;
}

function Tiles({ report }) {
  const early = report.after_errors.reduce((sum, one) => sum + one.too_early, 0);
  const tile = (number, text, isGood) => html`<div class=${`tile ${isGood === undefined ? '' : isGood ? 'ok' : 'bad'}`}><b>${number.toLocaleString('en')}</b>${text}</div>`;
  return html`<div class="tiles">
    ${tile(report.requests, 'requests')}${tile(report.violations.requests, 'broke the contract', !report.violations.requests)}
    ${tile(report.double_spends.length, 'may have paid twice', !report.double_spends.length)}${tile(early, 'too early after an error', !early)}
  </div>`;
}

const REQUIREMENT = /^([\w.-]+\.)?(operations|statuses|cases|successes)=(100|\d{1,2}(\.\d+)?)$/;
const REQUIRED = 'Such as cases=80: operations, statuses, cases or successes, of all or of postpress.all, from 0 to 100.';

function Gates({ report, require, forbid }) {
  const wanted = useSignal(require);
  const toggle = (name) => refine({ forbid: (forbid.split(',').includes(name) ? forbid.split(',').filter((one) => one !== name) : [...forbid.split(','), name]).filter((one) => one && one !== 'none').join(',') || 'none' });
  const unmet = report.unmet || [];
  const isValid = !wanted.value || wanted.value.split(',').every((one) => REQUIREMENT.test(one));
  return html`<${Card} title="Gates" actions=${html`<${Tag} kind=${unmet.length ? 'bad' : 'ok'}>${unmet.length ? counted(unmet.length, 'gate') + ' not met' : 'all met'}<//>`}>
    <div class="row">${['violations', 'double-spend', 'too-early'].map((name) => html`<${Button} kind="small" pressed=${forbid.split(',').includes(name)} onClick=${() => toggle(name)}>forbid ${name}<//>`)}</div>
    <form class="row end" onSubmit=${(event) => { event.preventDefault(); refine({ require: wanted.value }); }}><${Field} label="Require (percent)" error=${isValid ? '' : REQUIRED}><${Text} value=${wanted.value} onInput=${(text) => (wanted.value = text)} placeholder="cases=80,postpress.all.operations=100" size="38" /><//><${Button} type="submit" disabled=${!isValid}>Apply<//></form>
    ${unmet.length > 0 && html`<ul class="plain">${unmet.map((one) => html`<li><${Tag} kind="bad">${one.gate}<//> ${one.reason}</li>`)}</ul>`}
    <p class="muted">The same in CI: <code>mockserver run --forbid ${forbid || 'none'}${require ? ` --require ${require}` : ''} -- COMMAND</code></p>
  <//>`;
}

const Entries = ({ ids }) => ids.map((id, index) => html`${index ? ', ' : ''}<a href=${href('traffic', { entry: id })}>call</a>`);

function Broken({ report }) {
  const list = report.violations.distinct;
  return html`<${Card} title="Broke the contract">${!list.length ? html`<p class="muted">Nothing: every request was as the spec wants it.</p>` : html`<div class="scroll-x" tabindex="0" role="region" aria-label="Broken rules"><table>
    <thead><tr><th scope="col">Operation</th><th scope="col">What</th><th scope="col">Times</th><th scope="col">See</th></tr></thead>
    <tbody>${list.slice(0, 100).map((one) => html`<tr><td>${one.vendor} ${one.operation}</td><td>${`${one.in} ${one.name}`.trim()}${one.pointer}: ${one.message}${one.spec && html`<br /><code class="muted">${one.spec.file}:${one.spec.line}</code>`}</td><td class="number">${one.count}</td><td><${Entries} ids=${one.entries} /></td></tr>`)}</tbody></table></div>`}<//>`;
}

function Doubles({ report }) {
  const list = report.double_spends;
  return list.length > 0 && html`<${Card} title="May have paid twice"><ul class="plain">${list.map((one) => html`<li>${one.vendor} ${one.operation} in sandbox ${one.sandbox}: <a href=${href('traffic', { entry: one.second.id, compare: one.first.id })}>compare the two calls</a></li>`)}</ul><//>`;
}

const MEASURES = { operations: 'Operations', statuses: 'Statuses', cases: 'Errors', successes: 'Successes' };

function Coverage({ report }) {
  const called = Object.entries(report.coverage).filter(([, one]) => one.requests);
  return html`<${Card} title="Met of the contract">${!called.length ? html`<${Empty} title="No vendor has been called yet" />` : html`<div class="scroll-x" tabindex="0" role="region" aria-label="Coverage"><table>
    <thead><tr><th scope="col">Vendor</th>${Object.values(MEASURES).map((name) => html`<th scope="col">${name}</th>`)}<th scope="col">Never met</th></tr></thead>
    <tbody>${called.map(([name, one]) => html`<tr><td>${name}</td>${Object.keys(MEASURES).map((measure) => html`<td class="number">${one[measure].met} of ${one[measure].of} · ${one[measure].percent} %<div class="meter" aria-hidden="true"><i style=${{ width: `${one[measure].percent}%` }}></i></div></td>`)}
      <td><details><summary>${counted(one.cases.missing.length, 'error')}</summary><ul class="plain">${one.cases.missing.slice(0, 200).map((text) => {
        const [operation, error] = text.split(' ');
        return html`<li><a href=${href('fail', { vendor: name, operation, error })}>${text}</a></li>`;
      })}</ul></details></td></tr>`)}</tbody></table></div>`}<//>`;
}

function After({ report }) {
  const list = report.after_errors;
  return list.length > 0 && html`<${Card} title="What the app did after errors"><div class="scroll-x" tabindex="0" role="region" aria-label="After errors"><table>
    <thead><tr><th scope="col">Error</th><th scope="col">Times</th><th scope="col">Again at once</th><th scope="col">Later</th><th scope="col">Too early</th><th scope="col">Never</th></tr></thead>
    <tbody>${list.map((one) => html`<tr><td><${Status} row=${one} /> ${one.vendor} ${one.operation} ${one.case || ''}</td><td class="number">${one.count}</td><td class="number">${one.at_once}</td><td class="number">${one.later}</td><td class="number">${one.too_early}</td><td class="number">${one.never}</td></tr>`)}</tbody></table></div><//>`;
}
