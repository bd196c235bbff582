// Parts that several screens are made of.
import { Icon } from './icons.js';
import { html, signal, useEffect, useRef, useSignal } from './lib.js';
import { dismiss, notices, say, takeBack } from './store.js';
import { kindOf } from './words.js';

export function Button({ icon, children, onClick, kind = '', title, disabled, type = 'button', pressed, ...rest }) {
  return html`<button type=${type} class=${`button ${kind}`} onClick=${onClick} title=${title} disabled=${disabled}
    aria-pressed=${pressed} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}${children}
  </button>`;
}

export function Status({ row }) {
  const text = row.lost ? 'lost' : row.status || 'none';
  return html`<span class=${`status ${kindOf(row)}`} title=${row.lost ? 'the client got no answer that it could read' : undefined}>${text}</span>`;
}

export function Tag({ kind = '', children }) {
  return html`<span class=${`tag ${kind}`}>${children}</span>`;
}

/** A text of a spec or a world, with what stands between backquotes as code. */
export const prose = (text) => (text || '').split(/`([^`]+)`/).map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));

/** What to do where there is nothing to see yet. */
export function Empty({ title, children }) {
  return html`<div class="empty"><p class="empty-title">${title}</p>${children}</div>`;
}

export function Card({ title, children, actions, level = 2, ...rest }) {
  return html`<section class="card" ...${rest}>
    <header><${level === 2 ? 'h2' : 'h3'}>${title}<//>${actions && html`<div class="row">${actions}</div>`}</header>
    ${children}
  </section>`;
}

/** A labelled field; `hint` says what is expected, `error` what is wrong. */
export function Field({ label, hint, error, children, wide }) {
  return html`<div class=${`field ${wide ? 'wide' : ''}`}>
    <label><span class="label">${label}</span>${children}</label>
    ${hint && html`<span class="hint">${hint}</span>`}${error && html`<span class="wrong" role="alert">${error}</span>`}
  </div>`;
}

export function Text({ value, onInput, ...rest }) {
  return html`<input type="text" autocomplete="off" spellcheck=${false} value=${value} onInput=${(event) => onInput(event.target.value)} ...${rest} />`;
}

/** A choice: options are texts, or {value, text}. */
export function Select({ value, options, onInput, ...rest }) {
  const choose = (event) => {
    const chosen = event.target.value;
    event.target.value = value; // what is shown is what was decided: the same can be chosen again
    onInput(chosen);
  };
  return html`<select value=${value} onChange=${choose} ...${rest}>
    ${options.map((one) => {
      const { value: own, text } = typeof one === 'object' ? one : { value: one, text: one };
      return html`<option value=${own} selected=${own === value}>${text}</option>`;
    })}
  </select>`;
}

/** Buttons of which one is pressed: {name: text}. */
export function Choice({ label, value, options, onInput }) {
  return html`<div class="choice" role="group" aria-label=${label}>
    ${Object.entries(options).map(([name, text]) => html`<${Button} pressed=${name === value} onClick=${() => onInput(name)}>${text}<//>`)}
  </div>`;
}

export async function copy(text, what = 'Copied') {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what}.`);
  } catch {
    say('The browser doesn’t let this page copy; select the text instead.', { bad: true });
  }
}

export function Code({ text, label = 'Code' }) {
  return html`<div class="code">
    <pre tabindex="0" role="region" aria-label=${label}>${text}</pre>
    <${Button} icon="copy" kind="quiet small" onClick=${() => copy(text)} aria-label=${`Copy ${label}`}>Copy<//>
  </div>`;
}

/** Texts of which one is shown: {name: text}. */
export function CodeTabs({ texts, label }) {
  const chosen = useSignal(Object.keys(texts)[0]);
  const name = chosen.value in texts ? chosen.value : Object.keys(texts)[0];
  return html`<div class="code-tabs">
    <${Choice} label=${label} value=${name} options=${Object.fromEntries(Object.keys(texts).map((key) => [key, key]))} onInput=${(key) => (chosen.value = key)} />
    <${Code} text=${texts[name]} label=${`${label}: ${name}`} />
  </div>`;
}

/** Give a text to the browser as a file. */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

const dialogs = signal(0); // how many are open

/** Close the open dialog: the browser then gives the focus back to where it was. */
export const closeDialog = () => document.querySelector('dialog[open]')?.close();

/** A modal dialog that closes by Escape. */
export function Dialog({ label, onClose, children, kind = '' }) {
  const own = useRef();
  useEffect(() => {
    own.current.showModal();
    dialogs.value += 1;
    return () => { dialogs.value -= 1; };
  }, []);
  return html`<dialog ref=${own} class=${kind} aria-label=${label} onClose=${onClose} onClick=${(event) => event.target === own.current && own.current.close()}>
    ${children}<${Notices} inDialog />
  </dialog>`;
}

/** What was done; in the open dialog, where there is one, as nothing outside of it can be used. */
export function Notices({ inDialog = false }) {
  return (inDialog || !dialogs.value) && html`<div class="notices" role="status" aria-live="polite">
    ${notices.value.map((one) => html`<div key=${one.id} class=${`notice ${one.bad ? 'bad' : ''}`}>
      <span>${one.text}</span>
      ${one.undo && html`<${Button} kind="small" onClick=${() => takeBack(one)}>Undo<//>`}
      <${Button} icon="close" kind="quiet small" aria-label="Dismiss" onClick=${() => dismiss(one.id)} />
    </div>`)}
  </div>`;
}
