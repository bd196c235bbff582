// What a vendor remembers as a tree whose values can be changed; the server checks the whole before it takes it.
import { api } from './api.js';
import { html, useEffect, useSignal } from './lib.js';
import { Button, CodeTabs, Text } from './parts.js';
import { sandbox } from './route.js';
import { stateTexts } from './snippets.js';
import { attempt, changed, refresh, say } from './store.js';

export function State({ vendor }) {
  const isOpen = useSignal(false);
  return html`<details class="event" onToggle=${(event) => (isOpen.value = event.target.open)}>
    <summary><b>State</b> <span class="muted">all that it remembers, to look at and to change</span></summary>
    ${isOpen.value && html`<${Editor} vendor=${vendor} />`}
  </details>`;
}

function Editor({ vendor }) {
  const kept = useSignal(undefined);
  const draft = useSignal(undefined);
  const errors = useSignal([]);
  const load = () => attempt(async () => { kept.value = draft.value = await api.state(sandbox.value, vendor); errors.value = []; });
  useEffect(() => { if (kept.value === draft.value) load(); }, [changed.value]);
  if (draft.value === undefined) return null;
  if (draft.value === null) return html`<p class="muted">${vendor} keeps no state.</p>`;
  const isChanged = JSON.stringify(draft.value) !== JSON.stringify(kept.value);
  const put = (state, what, undo) => attempt(async () => {
    try {
      await api.setState(sandbox.value, vendor, state);
      await load();
      await refresh();
      say(what, { undo });
    } catch (problem) {
      errors.value = problem.violations;
      throw problem;
    }
  });
  const save = () => {
    const before = kept.value;
    return put(draft.value, `The state of ${vendor} was replaced.`, () => put(before, 'Taken back.'));
  };
  return html`<div class="stack">
    <div class="tree"><${Branch} value=${draft.value} pointer="" errors=${errors.value} onChange=${(after) => (draft.value = after)} /></div>
    ${errors.value.filter((one) => !one.pointer).map((one) => html`<p class="wrong">${one.message}</p>`)}
    <div class="row"><${Button} kind="primary" disabled=${!isChanged} onClick=${save}>Save the state<//><${Button} disabled=${!isChanged} onClick=${load}>Discard<//></div>
    <details><summary>The same as…</summary><${CodeTabs} label="The same as" texts=${{ ...stateTexts(vendor, draft.value, sandbox.value, kept.value), JSON: JSON.stringify(draft.value, null, 2) }} /></details>
  </div>`;
}

const step = (name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** A value and what is in it; a change makes a new one, up to the root. */
function Branch({ value, pointer, errors, onChange }) {
  const isList = Array.isArray(value);
  const put = (name, after) => onChange(isList ? value.map((one, index) => (index === name ? after : one)) : { ...value, [name]: after });
  const drop = (name) => onChange(isList ? value.filter((_, index) => index !== name) : Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)));
  const names = isList ? [...value.keys()] : Object.keys(value);
  return html`${names.map((name) => {
    const one = value[name];
    const at = pointer + step(name);
    const wrong = errors.find((error) => error.pointer === at);
    const remove = html`<${Button} kind="quiet small" icon="close" aria-label=${`Remove ${at}`} onClick=${() => drop(name)} />`;
    if (one !== null && typeof one === 'object') {
      const size = Array.isArray(one) ? `[${one.length}]` : `{${Object.keys(one).length}}`;
      return html`<details key=${at} open=${pointer === '' && Object.keys(one).length < 6}><summary>${name} <span class="muted">${size}</span> ${pointer && remove} ${wrong && html`<span class="wrong" role="alert">${wrong.message}</span>`}</summary>
        <${Branch} value=${one} pointer=${at} errors=${errors} onChange=${(after) => put(name, after)} /></details>`;
    }
    return html`<div class="leaf" key=${at}><label for=${`leaf${at}`}>${name}</label><${Leaf} id=${`leaf${at}`} value=${one} onChange=${(after) => put(name, after)} />${typeof one === 'number' && one > 1e12 && html`<span class="muted">${new Date(one).toISOString()}</span>`}${pointer && remove}${wrong && html`<span class="wrong" role="alert">${wrong.message}</span>`}</div>`;
  })}
  ${pointer && html`<${Add} isList=${isList} onAdd=${(name, after) => onChange(isList ? [...value, after] : { ...value, [name]: after })} />`}`;
}

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** A value as JSON; a text may be written without quotes. */
function Leaf({ id, value, onChange }) {
  const shown = typeof value === 'string' && parsed(value) === value ? value : JSON.stringify(value);
  return html`<input id=${id} value=${shown} spellcheck=${false} autocomplete="off" onChange=${(event) => onChange(parsed(event.target.value))} />`;
}

function Add({ isList, onAdd }) {
  const name = useSignal('');
  const value = useSignal('');
  const add = () => { onAdd(name.value, parsed(value.value)); name.value = value.value = ''; };
  return html`<div class="leaf">
    ${!isList && html`<${Text} aria-label="Name to add" placeholder="name" size="8" value=${name.value} onInput=${(text) => (name.value = text)} />`}
    <${Text} aria-label="Value to add, as JSON" placeholder="value" size="10" value=${value.value} onInput=${(text) => (value.value = text)} />
    <${Button} kind="small" disabled=${!value.value || (!isList && !name.value)} onClick=${add}>Add<//></div>`;
}
