// The control API: each call that the dashboard makes, and its errors in words.
import { signal } from './lib.js';

/** Whether the server asks for its token. */
export const mustSignIn = signal(false);

const SIGNED_IN = 'mockserver signs in';

/** Whether a script needs the server's token, as far as this browser knows. */
export const needsToken = () => localStorage.getItem(SIGNED_IN) !== null;

/** What the control API answers to a call that it doesn't carry out. */
export class Problem extends Error {
  constructor(status, document) {
    const isOurs = status >= 500 && document.title;
    super(isOurs ? `${document.title}: ${document.detail}` : document.detail || document.title || `the server answered ${status}`);
    this.status = status;
    this.known = document.known || [];
    this.violations = document.violations || [];
  }
}

/** A path whose values are encoded: path`/sandboxes/${name}/clock`. */
export function path(texts, ...values) {
  return texts.reduce((whole, text, index) => whole + encodeURIComponent(values[index - 1]) + text);
}

/** A query from what isn't empty: `?vendor=postpress`. */
export function queryOf(values) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

async function send(method, target, body, type = 'application/json') {
  const headers = body === undefined ? {} : { 'content-type': type };
  let answer;
  try {
    answer = await fetch(`/_mock${target}`, { method, headers, body, cache: 'no-store', keepalive: method === 'DELETE' });
  } catch {
    throw new Problem(0, { detail: 'the mock server can’t be reached; is it running?' });
  }
  if (answer.ok) return answer;
  const document = await answer.json().catch(() => ({}));
  if (answer.status === 401 && target !== '/session') {
    mustSignIn.value = true;
    localStorage.setItem(SIGNED_IN, '1');
  }
  throw new Problem(answer.status, document);
}

async function call(method, target, value) {
  const answer = await send(method, target, value === undefined ? undefined : JSON.stringify(value));
  return answer.status === 204 ? null : answer.json();
}

const get = (target) => call('GET', target);

export const api = {
  /** Any call of the control API, as a form shows it. */
  call,

  signIn: (token) => call('POST', '/session', { token }),
  health: () => get('/health'),
  vendors: async () => (await get('/vendors')).vendors,
  vendor: (vendor) => get(path`/vendors/${vendor}`),
  cases: async (vendor) => (await get(path`/vendors/${vendor}/cases`)).cases,
  spec: (vendor) => get(path`/vendors/${vendor}/openapi.json` + '?form=bundled'),
  worlds: async () => (await get('/worlds')).worlds,

  sandboxes: async () => (await get('/sandboxes')).sandboxes,
  create: (name, more) => call('POST', '/sandboxes', { name, ...more }),
  reset: (sandbox) => call('POST', path`/sandboxes/${sandbox}/reset`),
  remove: (sandbox) => call('DELETE', path`/sandboxes/${sandbox}`),
  label: (sandbox, label) => call('PUT', path`/sandboxes/${sandbox}/label`, { label }),
  clock: (sandbox) => get(path`/sandboxes/${sandbox}/clock`),
  setClock: (sandbox, change) => call('PUT', path`/sandboxes/${sandbox}/clock`, change),
  state: (sandbox, vendor) => get(path`/sandboxes/${sandbox}/state/${vendor}`),
  summary: (sandbox, vendor) => get(path`/sandboxes/${sandbox}/state/${vendor}` + '?form=summary'),
  setState: (sandbox, vendor, state) => call('PUT', path`/sandboxes/${sandbox}/state/${vendor}`, state),
  event: (sandbox, vendor, event, fields) => call('POST', path`/sandboxes/${sandbox}/events/${vendor}/${event}`, fields),
  snapshots: async (sandbox) => (await get(path`/sandboxes/${sandbox}/snapshots`)).snapshots,
  snapshot: (sandbox, name) => call('POST', path`/sandboxes/${sandbox}/snapshots`, { name }),
  forget: (sandbox, name) => call('DELETE', path`/sandboxes/${sandbox}/snapshots/${name}`),
  restore: (sandbox, name) => call('POST', path`/sandboxes/${sandbox}/snapshots/${name}/restore`),
  history: async (sandbox) => (await get(path`/sandboxes/${sandbox}/history`)).moments,
  begin: (sandbox, world) => call('PUT', path`/sandboxes/${sandbox}/world`, world),
  beginFromFile: (sandbox, text) => send('PUT', path`/sandboxes/${sandbox}/world`, text, 'text/yaml'),

  faults: async (sandbox) => (await get(path`/sandboxes/${sandbox}/faults`)).faults,
  arm: (sandbox, fault) => call('POST', path`/sandboxes/${sandbox}/faults`, fault),
  disarm: (sandbox, id) => call('DELETE', path`/sandboxes/${sandbox}/faults/${id}`),
  disarmAll: (sandbox) => call('DELETE', path`/sandboxes/${sandbox}/faults`),

  journal: (filters) => get(`/journal${queryOf({ form: 'short', ...filters })}`),
  entry: (id) => get(path`/journal/${id}`),
  replay: (id) => call('POST', path`/journal/${id}/replay`),
  report: (filters) => get(`/report${queryOf(filters)}`),
};
