// The live stream of calls: sampled by the server, gathered here, and followed again when it was lost.
import { api, mustSignIn } from './api.js';
import { batch } from './lib.js';
import { ALL, sandbox } from './route.js';
import { add, attempt, connection, leftOut, loaded, loadClock, loadFaults, loadRows, loadSandboxes, loadServer, refresh, sandboxes } from './store.js';

const PER_SECOND = 50; // calls that the server shows at most, so that watching costs it next to nothing
const GATHERED = 60; // milliseconds between two changes of the page
const AGAIN = 1000;
const BESIDE = 3000;

let source;
let waiting = [];
let missed = 0;
let timer = 0;

/** Load everything, and follow what comes. */
export async function connect() {
  if (document.hidden) return;
  source?.close();
  connection.value = connection.value === 'live' ? 'lost' : connection.value;
  try {
    await api.health();
    await Promise.all([loadServer(), loadSandboxes(), loadRows()]);
  } catch (problem) {
    connection.value = 'lost';
    if (problem.status !== 401) setTimeout(connect, AGAIN);
    return;
  }
  if (mustSignIn.value) return;
  follow();
  loaded.value = true;
  await attempt(() => Promise.all([loadFaults(), loadClock()]));
}

function follow() {
  source?.close();
  const own = new EventSource(`/_mock/journal/stream?form=short&per_second=${PER_SECOND}`);
  source = own;
  own.onopen = () => {
    connection.value = 'live';
    loadRows().catch(() => {}); // what came between the list and the stream
  };
  own.addEventListener('entry', (event) => gather(() => waiting.push(JSON.parse(event.data))));
  own.addEventListener('left_out', (event) => gather(() => (missed += JSON.parse(event.data).count)));
  own.onerror = () => {
    own.close();
    if (source !== own) return;
    connection.value = 'lost';
    setTimeout(connect, AGAIN);
  };
}

function gather(take) {
  take();
  timer ||= setTimeout(show, GATHERED);
}

function show() {
  const entries = waiting;
  batch(() => {
    add(entries);
    leftOut.value += missed;
  });
  waiting = [];
  missed = timer = 0;
  const known = new Set(sandboxes.value.map((one) => one.name));
  if (entries.some((entry) => !known.has(entry.sandbox)) || sandbox.value === ALL) lookAtSandboxes();
  if (entries.length) later('faults', 1000, loadFaults);
  if (entries.some((entry) => entry.changes && entry.sandbox === sandbox.value)) later('world', 1000, refresh);
}

/** A list of many is asked for seldom. */
const lookAtSandboxes = () => later('sandboxes', Math.max(1000, sandboxes.value.length * 10), loadSandboxes);

/** What commands and other pages armed or moved makes no call that would tell of it. */
setInterval(() => {
  if (connection.value !== 'live' || document.hidden) return;
  const isThere = sandboxes.value.some((one) => one.name === sandbox.value);
  if (!isThere) lookAtSandboxes(); // all, or one that some call or command may bring into being
  if (isThere || sandbox.value === ALL) Promise.all([loadFaults(), loadClock()]).catch(() => {});
}, BESIDE);

const planned = new Set();

/** Load something, at most once in so many milliseconds however many calls come. */
function later(name, wait, load) {
  if (planned.has(name)) return;
  planned.add(name);
  setTimeout(() => {
    planned.delete(name);
    load().catch(() => {});
  }, wait);
}

/** A page that nobody sees doesn't follow: it would hold one of the few connections that a browser has to a server. */
document.addEventListener('visibilitychange', () => {
  if (mustSignIn.value) return;
  if (!document.hidden) connect();
  else if (source) {
    source.close();
    connection.value = 'paused';
  }
});
