// What the page knows of the server; screens read it, and what they change is loaded again here.
import { api } from './api.js';
import { computed, effect, signal } from './lib.js';
import { ALL, sandbox } from './route.js';

export const vendors = signal([]); // as GET /_mock/vendors/{vendor} has them, with operations and events
export const sandboxes = signal([]);
export const rows = signal([]); // calls in short, newest first
export const more = signal(false); // whether the journal has older ones
export const found = signal({ key: '', entries: [], more: false }); // what it has for the filters of the list
export const leftOut = signal(0); // calls that the stream left out
export const connection = signal('connecting'); // or live, lost, paused
export const faults = signal([]);
export const clock = signal(null);
export const notices = signal([]);
export const loaded = signal(false);

export const MOST = 10000;
const casesOf = new Map(); // promises by vendor
const specOf = new Map();

/** The sandbox that called last; '' where none did. */
export const lastCaller = computed(() => rows.value[0]?.sandbox || '');

export const vendorCalled = (name) => vendors.value.find((one) => one.name === name);
export const operationCalled = (vendor, id) => vendorCalled(vendor)?.operations.find((one) => one.id === id);

/** How many failures may still fire: in the sandbox, or anywhere. */
export const armedCount = computed(() => {
  const own = faults.value.filter((fault) => fault.live).length;
  return sandbox.value === ALL ? sandboxes.value.reduce((sum, one) => sum + one.armed, own) : own;
});

/** Every case of a vendor, asked for once. */
export function cases(vendor) {
  if (!casesOf.has(vendor)) casesOf.set(vendor, remembered(casesOf, vendor, api.cases(vendor)));
  return casesOf.get(vendor);
}

/** A vendor's OpenAPI document, asked for once. */
export function spec(vendor) {
  if (!specOf.has(vendor)) specOf.set(vendor, remembered(specOf, vendor, api.spec(vendor)));
  return specOf.get(vendor);
}

function remembered(kept, name, promise) {
  promise.catch(() => kept.delete(name));
  return promise;
}

export async function allCases() {
  const lists = await Promise.all(vendors.value.map((vendor) => cases(vendor.name)));
  return vendors.value.flatMap((vendor, index) => lists[index].map((one) => ({ ...one, vendor: vendor.name })));
}

let number = 0;

/** Say what was done, for some seconds; `undo` takes it back, `after` is called when it no longer can. */
export function say(text, { undo, after, bad = false } = {}) {
  const notice = { id: ++number, text, undo, after, bad };
  for (const one of notices.value.slice(0, -3)) dismiss(one.id);
  notices.value = [...notices.value, notice];
  setTimeout(() => dismiss(notice.id), bad || undo ? 12000 : 5000);
}

export function dismiss(id) {
  const notice = notices.value.find((one) => one.id === id);
  notices.value = notices.value.filter((one) => one.id !== id);
  notice?.after?.();
}

addEventListener('pagehide', () => notices.value.forEach((one) => one.after?.()));

/** Take back what a notice tells of. */
export async function takeBack({ id, undo, after }) {
  notices.value = notices.value.filter((one) => one.id !== id);
  await undo();
  after?.();
}

/** Whether a problem is of a name that nobody knows, and not of the value of one that is known. */
function namesUnknown({ known = [], violations = [] }) {
  const places = violations.flatMap((one) => [one.name, ...(one.pointer || '').split('/')]);
  return known.length > 0 && !places.some((place) => known.includes(place));
}

/** Do something, and say what the control API has against it. Whether it was done. */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (problem) {
    const known = namesUnknown(problem) ? ` Known: ${problem.known.slice(0, 12).join(', ')}.` : '';
    const text = problem.message.trim();
    if (problem.status !== 401) say(`${text[0].toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}${known}`, { bad: true });
    return false;
  }
}

export async function loadServer() {
  const listed = await api.vendors();
  casesOf.clear();
  specOf.clear();
  vendors.value = await Promise.all(listed.map((one) => api.vendor(one.name)));
}

export async function loadSandboxes() {
  sandboxes.value = await api.sandboxes();
}

export async function loadRows() {
  const page = await api.journal({ limit: 1000 });
  rows.value = page.entries;
  more.value = Boolean(page.more);
  leftOut.value = 0;
}

/** The next thousand, older ones. */
export async function loadOlder() {
  const last = rows.value.at(-1);
  if (!last || rows.value.length >= MOST) return;
  const page = await api.journal({ limit: 1000, before: last.id }).catch(gone({ entries: [] }));
  rows.value = [...rows.value, ...page.entries].slice(0, MOST);
  more.value = Boolean(page.more) && rows.value.length < MOST;
}

/** Ask the journal for what fits filters, the newest or those before a call: the page lists but a part of it. */
export async function loadFound(key, filters, before) {
  if (filters.status && filters.status.length !== 3) return;
  const page = await api.journal({ ...filters, limit: 1000, before }).catch(gone({ entries: [] }));
  const kept = before && found.value.key === key ? found.value.entries : [];
  found.value = { key, entries: [...kept, ...page.entries].slice(0, MOST), more: Boolean(page.more) && kept.length < MOST };
}

/** Newest first. */
export const byAge = (one, other) => (one.received === other.received ? (one.id < other.id ? 1 : -1) : one.received < other.received ? 1 : -1);

/** Put new calls on top, oldest first as they came. */
export function add(entries) {
  const known = new Set(rows.value.slice(0, 500).map((row) => row.id));
  const fresh = entries.filter((entry) => !known.has(entry.id)).reverse();
  if (!fresh.length) return;
  rows.value = [...fresh, ...rows.value].slice(0, MOST);
}

export async function loadFaults() {
  const wanted = sandbox.value;
  const list = await api.faults(wanted).catch(gone([]));
  if (wanted === sandbox.value) faults.value = list;
}

export async function loadClock() {
  const wanted = sandbox.value;
  const read = wanted === ALL ? null : await api.clock(wanted).catch(gone(null));
  if (wanted !== sandbox.value) return;
  const before = clock.value;
  clock.value = read && { ...read, sandbox: wanted, read: Date.now() };
  if (read && before?.sandbox === wanted && before.as_of !== read.as_of) changed.value += 1;
}

/** What stands for something of a sandbox that isn't there yet. */
function gone(value) {
  return (problem) => {
    if (problem.status === 404 || problem.status === 401) return value;
    throw problem;
  };
}

/** Load again what a change of the sandbox may have changed. */
export async function refresh() {
  const before = changed.peek();
  await Promise.all([loadFaults(), loadClock()]);
  if (changed.peek() === before) changed.value += 1;
}

/** Grows when something in the sandbox was changed; screens that show more of it load it again then. */
export const changed = signal(0);

effect(() => {
  if (sandbox.value && loaded.value) refresh().catch(() => {});
});
