// The screen and its filters, kept in the part of the address behind `#`: `#/traffic?vendor=postpress`.
import { computed, signal } from './lib.js';

export const SCREENS = {
  traffic: 'Traffic',
  fail: 'Make it fail',
  world: 'World and time',
  reference: 'API reference',
  report: 'Report',
  setup: 'Setup',
};
export const ALL = '*';

function read() {
  const [name, query] = location.hash.replace(/^#\/?/, '').split('?');
  return { screen: name in SCREENS ? name : 'traffic', query: Object.fromEntries(new URLSearchParams(query)) };
}

export const route = signal(read());
addEventListener('hashchange', () => (route.value = read()));

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** Whether a sandbox can be called so. */
export const isName = (text) => NAME.test(text);

/** The sandbox that is shown and steered; `*` is all of them. */
export const sandbox = computed(() => (isName(route.value.query.sandbox || '') ? route.value.query.sandbox : ALL));

/** The address of a screen; the sandbox stays, unless it is given. */
export function href(screen, query = {}) {
  const given = { sandbox: route.value.query.sandbox, ...query };
  const kept = Object.entries(given).filter(([, value]) => value !== undefined && value !== '' && value !== false);
  return `#/${screen}${kept.length ? `?${new URLSearchParams(kept)}` : ''}`;
}

export function go(screen, query) {
  location.hash = href(screen, query);
}

/** Change some of the query in place, without another step in the browser's history. */
export function refine(changes) {
  const { screen, query } = route.value;
  history.replaceState(null, '', href(screen, { ...query, ...changes }));
  route.value = read();
}

export function choose(name) {
  refine({ sandbox: name === ALL ? '' : name, entry: '' });
}
