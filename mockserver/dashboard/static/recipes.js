// Usual troubles as buttons: what each does, and what a good client does about it.
import { api, Problem } from './api.js';
import { arm } from './arming.js';
import { html, useEffect, useSignal } from './lib.js';
import { Button, closeDialog, Code, CodeTabs, Dialog, Field, Select, Tag } from './parts.js';
import { ALL, sandbox } from './route.js';
import { commandLine, curlOf, eventTexts, faultTexts, stateTexts } from './snippets.js';
import { allCases, attempt, lastCaller, rows, vendors } from './store.js';
import { undoably } from './undo.js';

const has = (vendor) => (one) => one.name === vendor;
const any = () => true;

/** A fault of a vendor, by its case of a status, the one that is named so before others; else by the bare status. */
const byStatus = (status, more = {}, named = /./) => (vendor, cases) => {
  const fitting = cases.filter((one) => one.vendor === vendor && one.status === status);
  const best = fitting.find((one) => named.test(one.name)) || fitting[0];
  return best ? { error: best.name, ...more } : { status, ...more };
};

export const RECIPES = [
  { name: '401, then OK', does: 'The next call is refused as if the login had expired; the one after it is answered.', good: 'Signs in again, repeats the call once, and goes on.', fits: any, fault: byStatus(401, { times: 1 }, /expired|invalid/i) },
  { name: '429 with Retry-After', does: 'The next call is one too many; Retry-After says 30 seconds.', good: 'Waits 30 seconds before it asks again.', fits: any, fault: byStatus(429, { headers: { 'Retry-After': '30' }, times: 1 }, /rate|many/i) },
  { name: 'The vendor’s rate limit on', does: 'The sandbox begins again with the vendors’ own limits of calls counted: Sonarly 60 a minute, Linked API 100.', good: 'Spreads its calls, and obeys Retry-After.', fits: (one) => ['sonarly', 'linkedapi'].includes(one.name), world: 'rate-limits' },
  { name: 'Truncated JSON', does: 'Status 200, half of the body, and the connection ends.', good: 'Treats it as a failed call, not as data.', fits: any, fault: () => ({ connection: 'truncate', times: 1 }) },
  { name: 'HTML 502 of a proxy', does: 'A gateway’s HTML page comes back in place of JSON.', good: 'Tells a broken answer from a vendor’s error, and tries later.', fits: any, fault: () => ({ preset: 'bad-gateway', times: 1 }) },
  { name: 'Answer in 30 s', does: 'The next answer takes half a minute.', good: 'Gives up by a time limit of its own, and stays usable.', fits: any, fault: () => ({ delay: 30, times: 1 }) },
  { name: 'Drip', does: 'The body comes 5 bytes at a time, every half second.', good: 'Limits the time of the whole answer, not only between two reads.', fits: any, fault: () => ({ connection: { drip: { bytes: 5, every: 0.5 } }, times: 1 }) },
  { name: 'Charged, answer lost', does: 'The vendor acts and charges; the connection breaks before its answer.', good: 'Finds out what happened before it repeats the call; never pays twice.', fits: any, fault: () => ({ connection: 'reset', when: 'after', times: 1 }) },
  { name: 'Balance null', does: 'A field of the balance is null for once, as the spec allows.', good: 'Shows “unknown”, not zero, and doesn’t crash.', fits: has('postpress'), fault: () => ({ operation: 'get_inmail_balance', set: { '/premium': null }, times: 1 }) },
  { name: 'Credits run out at the next call', does: 'This month’s credits are all spent.', good: 'Stops, says so, and goes on when the month ends.', fits: has('freshdata'), state: (state) => ({ ...state, spent_tenths: (state.plan ?? 0) * 10 + state.added_tenths }) },
  { name: 'Seats go down to 1', does: 'The subscription has one plus seat; accounts beyond it are frozen.', good: 'Shows which accounts are frozen, and works with the rest.', fits: has('linkedapi'), state: (state) => ({ ...state, seats: { ...state.seats, plus: { billing_period: 'month', ...state.seats.plus, quantity: 1 } } }) },
  { name: 'Search fails', does: 'The search that runs now fails; what it cost isn’t given back.', good: 'Reports it, and starts no endless polling.', fits: has('freshdata'), search: true },
  { name: 'One in ten fails', does: 'A tenth of all calls gets a server error, the same ones each time.', good: 'Repeats what may be repeated, after a pause.', fits: any, fault: (vendor, cases) => ({ ...byStatus(cases.some((one) => one.vendor === vendor && one.status === 500) ? 500 : 503)(vendor, cases), probability: 0.1 }) },
  { name: 'Vendor down for 5 minutes', does: 'Every connection is reset, for 5 minutes of the sandbox’s clock.', good: 'Pauses longer each time, and recovers by itself.', fits: any, fault: () => ({ connection: 'reset', ttl: 300 }) },
  { name: 'Magic value', does: 'Nothing is armed: a value typed into the app asks for the error.', good: 'Lets a tester reach any error by data alone.', fits: any, magic: true },
];

export function Recipes() {
  const open = useSignal(null);
  return html`<section class="recipes" aria-label="Recipes"><h2>Recipes</h2>
    <div class="grid">${RECIPES.map((recipe) => html`<button type="button" class="recipe" key=${recipe.name} onClick=${() => (open.value = recipe)} disabled=${!vendors.value.some(recipe.fits)}>
      <b>${recipe.name}</b><span>${vendors.value.some(recipe.fits) ? recipe.does : 'Its vendor isn’t served here.'}</span></button>`)}</div>
    ${open.value && html`<${Recipe} recipe=${open.value} onClose=${() => (open.value = null)} />`}
  </section>`;
}

function Recipe({ recipe, onClose }) {
  const fitting = vendors.value.filter(recipe.fits).map((one) => one.name);
  const called = rows.value.find((row) => fitting.includes(row.vendor) && [ALL, row.sandbox].includes(sandbox.value));
  const vendor = useSignal(called?.vendor || fitting[0]);
  const cases = useSignal([]);
  useEffect(() => { attempt(async () => (cases.value = await allCases())); }, []);
  const state = useSignal(null);
  const where = recipe.fault ? sandbox.value : sandbox.value === ALL ? lastCaller.value : sandbox.value;
  const search = useSignal(null);
  useEffect(() => { if (recipe.search && where) runningSearch(where, vendor.value).then((found) => (search.value = found), () => {}); }, [where, vendor.value]);
  useEffect(() => { if (recipe.state && where) api.state(where, vendor.value).then((found) => (state.value = found), () => {}); }, [where, vendor.value]);
  const step = stepOf(recipe, vendor.value, cases.value, where, { state: state.value, search: search.value });
  const carryOut = async () => { if (await step.run()) closeDialog(); };
  return html`<${Dialog} label=${recipe.name} kind="side" onClose=${onClose}>
    <div class="head"><h2>${recipe.name}</h2><${Button} icon="close" kind="quiet" aria-label="Close" onClick=${closeDialog} /></div>
    <p>${recipe.does}</p>
    <p><${Tag} kind="ok">A good client<//> ${recipe.good}</p>
    ${!recipe.world && html`<${Field} label="Vendor"><${Select} value=${vendor.value} options=${fitting} onInput=${(name) => (vendor.value = name)} /><//>`}
    ${step.texts && html`<h3>The same as…</h3><${CodeTabs} label="The same as" texts=${step.texts} />`}
    ${recipe.magic ? html`<${Magic} vendor=${vendor.value} cases=${cases.value} />` : where
      ? html`<div class="row between"><span class="muted">${where === ALL ? 'In all sandboxes.' : `In sandbox ${where}.`}</span><${Button} kind="primary" onClick=${carryOut}>${recipe.fault ? 'Arm it' : 'Do it'}<//></div>`
      : html`<p class="muted">This changes what one sandbox remembers: let the app call once, or choose a sandbox above.</p>`}
  <//>`;
}

function Magic({ vendor, cases }) {
  const own = [...new Set(cases.filter((one) => one.vendor === vendor && one.status >= 400).map((one) => one.name))];
  const name = useSignal('');
  const chosen = own.includes(name.value) ? name.value : own[0];
  if (!chosen) return html`<p class="muted">The spec of ${vendor} lists no errors to ask for.</p>`;
  return html`<${Field} label="Error"><${Select} value=${chosen} options=${own} onInput=${(value) => (name.value = value)} /><//>
    <p>Type this into any field, id or key that reaches the vendor:</p><${Code} text=${`mock_error_${chosen}`} label="Magic value" />`;
}

/** What a recipe does in a sandbox, and the same as text. */
function stepOf(recipe, vendor, cases, where, { state, search }) {
  if (recipe.fault) {
    const fault = { vendor, ...recipe.fault(vendor, cases) };
    return { texts: faultTexts(fault, where), run: () => arm(fault, where) };
  }
  if (recipe.world) {
    const target = `/sandboxes/${encodeURIComponent(where || 'NAME')}/world`;
    const texts = { curl: curlOf('PUT', target, recipe.world), 'Command line': commandLine(['world', 'begin', recipe.world, '--sandbox', where || 'NAME']), pytest: `@pytest.mark.mock(world="${recipe.world}")\ndef test_it(mock):\n    ...\n`, 'World YAML': 'limits: true\n' };
    return { texts, run: () => done(recipe, where, () => api.begin(where, recipe.world)) };
  }
  if (recipe.state) {
    return { texts: state && stateTexts(vendor, recipe.state(state), where, state), run: () => done(recipe, where, async () => api.setState(where, vendor, recipe.state(await api.state(where, vendor)))) };
  }
  if (recipe.search) {
    const fail = async () => {
      const request_id = await runningSearch(where, vendor);
      if (!request_id) throw new Problem(409, { detail: 'no search runs in this sandbox; let the app start one first' });
      return api.event(where, vendor, 'search_failed', { request_id });
    };
    return { texts: eventTexts(vendor, 'search_failed', { request_id: search || 'ID' }, where || 'NAME'), run: () => done(recipe, where, fail) };
  }
  return {};
}

/** The id of the search that was begun last and can still fail. */
async function runningSearch(where, vendor) {
  const { searches = {} } = await api.state(where, vendor);
  return Object.entries(searches).filter(([, one]) => !one.ended).map(([id]) => id).at(-1);
}

const done = (recipe, where, action) => undoably(where, `${recipe.name}: done in sandbox ${where}.`, action);
