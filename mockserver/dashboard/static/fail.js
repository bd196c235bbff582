// Make it fail: whose call, which error, when and how often; what is armed; recipes.
import { api } from './api.js';
import { arm } from './arming.js';
import { BLANK, faultOf, formOf, lackOf, mayComeAfter, parsed } from './fault.js';
import { html, useEffect, useSignal } from './lib.js';
import { Button, Card, Choice, Code, CodeTabs, Empty, Field, prose, Select, Status, Tag, Text } from './parts.js';
import { Recipes } from './recipes.js';
import { ALL, choose, route, sandbox } from './route.js';
import { faultTexts } from './snippets.js';
import { allCases, attempt, faults, loadFaults, sandboxes, say, vendorCalled, vendors } from './store.js';
import { counted, faultWords, retryWords } from './words.js';

const KINDS = { error: 'A vendor’s error', status: 'Any status', delay: 'Slow', connection: 'Broken connection', set: 'Changed field', headers: 'Headers' };
const CONNECTIONS = { reset: 'Reset', empty: 'Closed, no answer', garbage: 'Not HTTP', truncate: 'Body cut off', 'bad-chunk': 'Invalid chunk', hang: 'Never answers', drip: 'Drips slowly' };
const TIMES = { once: 'The next call', always: 'Every call', some: 'So many calls' };
export function MakeItFail() {
  const { query } = route.value;
  const start = () => (query.like ? formOf(parsed(query.like) || {}) : { ...BLANK, vendor: query.vendor || '', operation: query.operation || '', error: query.error || '' });
  const form = useSignal(start());
  useEffect(() => { form.value = start(); }, [query.like, query.vendor, query.operation, query.error]);
  const change = (more) => (form.value = { ...form.value, ...more });
  const fault = faultOf(form.value);
  const lack = lackOf(form.value);
  const where = sandbox.value === ALL ? 'all sandboxes' : `sandbox ${sandbox.value}`;
  return html`<div class="page">
    <h1>Make it fail</h1>
    <p class="lead">Choose what the app should get. Nothing in the app changes: its next call gets it.</p>
    <div class="columns">
      <div class="stack">
        <${Card} title="Which failure?">
          <${Choice} label="Kind of failure" value=${form.value.kind} options=${KINDS} onInput=${(kind) => change({ kind })} />
          ${form.value.kind === 'error' && html`<${Cases} key=${JSON.stringify(query)} form=${form.value} change=${change} />`}
          <${What} form=${form.value} change=${change} />
          <div class="row between arm">
            <${Choice} label="How often" value=${form.value.how} options=${TIMES} onInput=${(how) => change({ how })} />
            <${Button} icon="fail" kind="primary" disabled=${Boolean(lack)} onClick=${() => arm(fault, sandbox.value)}>${fault.times === 1 && !fault.skip && !fault.probability ? 'Fail the next call' : 'Arm it'}<//>
            <span class="muted note">${lack || `Holds in ${where}: ${faultWords(fault).calls}, ${faultWords(fault).limits}.`}</span>
          </div>
          <details open=${form.value.kind !== 'error'}><summary>Only some calls, before or after the vendor acts…</summary><div class="stack">
            <${Whose} form=${form.value} change=${change} />
            <${Limits} form=${form.value} change=${change} />
          </div></details>
        <//>
        ${!lack && html`<${Card} title="The same as…">
          <${CodeTabs} label="The same as" texts=${faultTexts(fault, sandbox.value)} />
          <${Magic} form=${form.value} />
        <//>`}
      </div>
      <div class="stack"><${Armed} /></div>
    </div>
    <${Recipes} />
  </div>`;
}

const SHOWN = 60;

function Cases({ form, change }) {
  const list = useSignal([]);
  const hasCome = useSignal(false);
  const text = useSignal(route.value.query.find || form.error);
  useEffect(() => { attempt(async () => { list.value = await allCases(); hasCome.value = true; }); }, [vendors.value]);
  const words = text.value.toLowerCase().replace(/^errors\//, '').split(/\s+/).filter(Boolean);
  const isNarrowed = form.vendor && !form.error; // by the call to fail, until an error is chosen
  const offered = list.value.filter((one) => one.status >= 400 && (!isNarrowed || (one.vendor === form.vendor && (!form.operation || one.operation === form.operation))));
  const found = offered.filter((one) => words.every((word) => `${one.name} ${one.status} ${one.vendor} ${one.operation} ${one.summary}`.toLowerCase().includes(word)));
  const chosen = list.value.find((one) => one.name === form.error && one.vendor === form.vendor && (!form.operation || one.operation === form.operation));
  const take = (one) => change({ vendor: one.vendor, operation: one.operation, error: one.name });
  useEffect(() => { // asked for by its whole name, and there is no other of it
    const named = found.filter((one) => one.name.toLowerCase() === words.join(' '));
    if (named.length === 1 && !form.error) take(named[0]);
  }, [list.value]);
  const press = (event, one) => {
    const items = [...event.currentTarget.closest('.stack').querySelectorAll('[role=option]')];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items[items.indexOf(event.currentTarget) + step]?.focus();
    else if (!one || !['Enter', ' '].includes(event.key) || (event.key === ' ' && event.currentTarget.matches('input'))) return;
    else take(one);
    event.preventDefault();
  };
  return html`<div class="stack">
    <${Text} type="search" value=${text.value} onInput=${(value) => { text.value = value; }} onKeyDown=${(event) => press(event, found[0])} aria-label="Find an error" placeholder="Find an error: no_channel, 503, rate limit…" />
    ${found.length > 0 && html`<ul class="cases" role="listbox" tabindex="-1" aria-label="Errors">
      ${found.slice(0, SHOWN).map((one) => html`<li key=${`${one.vendor} ${one.operation} ${one.name}`} role="option" tabindex="0" aria-selected=${one === chosen} onClick=${() => take(one)} onKeyDown=${(event) => press(event, one)}>
        <${Status} row=${one} /><b>${one.name}</b><span class="muted">${one.vendor} · ${one.operation}</span><span class="summary">${prose(one.summary)}</span>
      </li>`)}
    </ul>`}
    ${found.length > SHOWN && html`<p class="muted">${counted(found.length - SHOWN, 'more error')}; type to find one.</p>`}
    ${hasCome.value && !found.length && html`<p class="muted">${offered.length ? 'No error fits.' : 'The spec lists no errors.'} “Any status” answers what no spec lists.</p>`}
    ${chosen && html`<div class="meaning"><p><b>${chosen.name}</b> ${prose(chosen.summary)}</p>${chosen.description && html`<p class="muted">${prose(chosen.description)}</p>`}<p>${retryWords(chosen.retry)}</p><p><${Tag}>${chosen.provenance}<//></p></div>`}
  </div>`;
}

function Whose({ form, change }) {
  const operations = vendorCalled(form.vendor)?.operations || [];
  return html`<div class="fields">
    <${Field} label="Whose call"><${Select} value=${form.vendor} options=${[{ value: '', text: 'Choose a vendor' }, ...vendors.value.map((one) => one.name)]} onInput=${(vendor) => change({ vendor, operation: '', error: '' })} /><//>
    <${Field} label="Operation"><${Select} value=${form.operation} options=${[{ value: '', text: 'Any operation' }, ...operations.map((one) => one.id)]} onInput=${(operation) => change({ operation })} /><//>
    <${Field} label="Only with (name = value)" hint="a parameter, or a field of the body"><${Text} value=${form.match} onInput=${(match) => change({ match })} placeholder="account_id = acc_1" /><//>
  </div>`;
}

function What({ form, change }) {
  const text = (name, label, more = {}) => html`<${Field} label=${label} hint=${more.hint}><${Text} value=${form[name]} onInput=${(value) => change({ [name]: value })} ...${more} /><//>`;
  return html`
    ${form.kind === 'status' && html`<div class="fields">
      ${text('status', 'Status', { inputmode: 'numeric', pattern: '[2-5][0-9][0-9]' })}
      ${text('content_type', 'Content type', { placeholder: 'text/html' })}
      <${Field} label="Body" wide hint="sent as it stands; without one, the vendor’s error of that status"><textarea rows="4" spellcheck=${false} value=${form.body} onInput=${(event) => change({ body: event.target.value })}></textarea><//></div>`}
    ${form.kind === 'delay' && html`<div class="fields">${text('delay', 'Seconds late', { inputmode: 'decimal' })}${text('delayMost', 'At most (for a random delay)', { inputmode: 'decimal' })}</div>`}
    ${form.kind === 'connection' && html`<${Choice} label="What becomes of the connection" value=${form.connection} options=${CONNECTIONS} onInput=${(connection) => change({ connection })} />
      ${form.connection === 'drip' && html`<div class="fields">${text('bytes', 'Bytes at a time', { inputmode: 'numeric' })}${text('every', 'Seconds between', { inputmode: 'decimal' })}</div>`}`}
    ${form.kind === 'set' && html`<div class="fields">${text('pointer', 'Field of the answer', { placeholder: '/premium', hint: 'as a JSON pointer' })}${text('value', 'Is', { hint: 'JSON: null, 0, "text", []' })}</div>`}
    ${form.kind === 'headers' && html`<${Field} label="Headers of the answer" wide hint="one a line"><textarea rows="3" spellcheck=${false} value=${form.headers} onInput=${(event) => change({ headers: event.target.value })}></textarea><//>`}`;
}

function Limits({ form, change }) {
  const text = (name, label, placeholder) => html`<${Field} label=${label}><${Text} value=${form[name]} onInput=${(value) => change({ [name]: value })} inputmode="decimal" placeholder=${placeholder} /><//>`;
  return html`
    ${mayComeAfter(form) && html`<${Choice} label="When" value=${form.when} options=${{ before: 'Before the vendor acts', after: 'After it acted: the answer is lost or replaced' }} onInput=${(when) => change({ when })} />`}
    <div class="fields">
      ${form.how === 'some' && text('times', 'How many', '2')}
      ${text('skip', 'Let pass first', '0 calls')}${text('percent', 'Percent of calls', '100')}${text('minutes', 'Minutes', 'no end')}
    </div>`;
}

function Magic({ form }) {
  if (form.kind !== 'error') return null;
  const value = `mock_error_${form.error}`;
  return html`<div class="magic"><p>Or without arming anything: type this into any text field, id or key of the app that reaches the vendor, such as <code>acc_${value}</code>:</p>
    <${Code} text=${value} label="Magic value" /></div>`;
}

/** What was armed, without what has become of it. */
const specOf = ({ id, source, armed, live, matched, fired, ...spec }) => spec;

function Armed() {
  const list = faults.value;
  const where = sandbox.value;
  const disarm = (fault) => attempt(async () => {
    await api.disarm(where, fault.id);
    await loadFaults();
    say(`Disarmed ${fault.id}.`, { undo: () => arm(specOf(fault), where) });
  });
  const disarmAll = () => attempt(async () => {
    await api.disarmAll(where);
    await loadFaults();
    const own = list.filter((fault) => where === ALL || fault.source !== 'template');
    say(`Disarmed ${counted(list.length, 'failure')}.`, { undo: () => attempt(async () => {
      for (const fault of own) await api.arm(where, specOf(fault));
      await loadFaults();
      say(`Armed ${counted(own.length, 'failure')} again.`);
    }) });
  });
  const elsewhere = where === ALL ? sandboxes.value.filter((one) => one.armed) : [];
  return html`<${Card} title="Armed" actions=${list.length > 0 && html`<${Button} kind="small" onClick=${disarmAll}>Disarm all<//>`}>
    ${!list.length && !elsewhere.length && html`<${Empty} title="Nothing is armed"><p>Choose a failure, or one of the recipes below.</p><//>`}
    ${list.length > 0 && html`<ul class="armed-list">${list.map((fault) => {
      const { calls, does, limits } = faultWords(fault);
      return html`<li key=${fault.id} class=${fault.live ? '' : 'over'}>
        <div><b>${does}</b><br /><span class="muted">${calls} · ${limits}${fault.source === 'template' ? ' · in all sandboxes' : fault.source === 'world' ? ' · of its world' : ''}</span><br />
          <span class="number">${fault.live ? '' : html`<${Tag}>over<//> `}fired ${fault.fired} of ${counted(fault.matched, 'call')}</span></div>
        <${Button} kind="small" onClick=${() => disarm(fault)} aria-label=${`Disarm ${fault.id}`}>Disarm<//>
      </li>`;
    })}</ul>`}
    ${where === ALL && list.length > 0 && html`<p class="muted">Each sandbox counts by itself; choose one above to see its counts.</p>`}
    ${elsewhere.length > 0 && html`<h3>In single sandboxes</h3><ul class="plain">${elsewhere.slice(0, 20).map((one) => html`<li class="row" key=${one.name}>
      <span><b>${one.label || one.name}</b> <span class="muted">${one.armed} armed</span></span><${Button} kind="small" aria-label=${`Show what is armed in ${one.name}`} onClick=${() => choose(one.name)}>Show<//></li>`)}</ul>`}
  <//>`;
}
