// Buys five more seats at Linked API and starts two searches at FreshData, as shop.py does: `node shop.mjs`.
// Correct, but for the fault that the variable FAULT names.
const { FAULT = '', LINKEDAPI_BASE_URL, LINKEDAPI_API_KEY, FRESHDATA_BASE_URL, FRESHDATA_API_KEY } = process.env;
const ATTEMPTS = FAULT === 'endless' ? Infinity : 3;
const PAUSE = 20;

class ShopError extends Error {}

function parsed(text) {
  if (FAULT === 'crash-on-html') return JSON.parse(text);
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function mayBeRepeated(status, data, idempotent) {
  if (FAULT === 'retries-4xx' && status >= 400 && status < 500) return true;
  if (status === 429) return true;
  if (FAULT === 'gives-up' && status === 503) return false;
  if (status === 503 && data !== null) return true; // the vendors say of these that nothing was done
  return (status === 0 || status >= 500) && (idempotent || FAULT === 'blind-retry');
}

async function send(url, headers, body) {
  const signal = FAULT === 'no-timeout' ? undefined : AbortSignal.timeout(600);
  const sent = body === undefined ? {} : { body: JSON.stringify(body), type: { 'content-type': 'application/json' } };
  const answer = await fetch(url, { method: 'POST', headers: { ...headers, ...sent.type }, body: sent.body, signal });
  return [answer.status, await answer.text(), 1000 * Number(answer.headers.get('retry-after') ?? 0)];
}

async function call(url, headers, body, idempotent = true) {
  let [status, text, wait] = [0, '', 0];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const pause = FAULT === 'ignores-retry-after' ? PAUSE : Math.max(wait, PAUSE);
    if (attempt) await new Promise((done) => setTimeout(done, pause));
    try {
      [status, text, wait] = await send(url, headers, body);
    } catch (error) {
      [status, text, wait] = [0, String(error.cause ?? error), 0];
      if (FAULT === 'takes-part') return {};
    }
    const data = status ? parsed(text) : null;
    if (status >= 200 && status < 300 && data !== null && (data.success !== false || FAULT === 'trusts-200')) return data;
    if (!mayBeRepeated(status, data, idempotent)) break;
  }
  throw new ShopError(`${url.split('/').pop()}: ${status || 'no answer'} ${text.slice(0, 100)}`);
}

const linked = (name, body, idempotent) =>
  call(`${LINKEDAPI_BASE_URL}/admin/subscription.${name}`, { 'linked-api-token': LINKEDAPI_API_KEY }, body, idempotent);

async function count() {
  const found = await linked('getSeats');
  const seats = found.result?.seats ?? [];
  return seats.filter((one) => one.seatType === 'plus').reduce((sum, one) => sum + one.quantity, 0);
}

async function buy(more) {
  const tries = FAULT === 'doubles' ? 3 : 1; // reads and writes anew, so that what was done counts again
  for (let attempt = 1; ; attempt += 1) {
    try {
      const quantity = (await count()) + more;
      await linked('setSeats', { quantity, billingPeriod: 'year', seatType: 'plus' }, FAULT !== 'doubles');
      return;
    } catch (error) {
      if (!(error instanceof ShopError) || attempt === tries) throw error;
    }
  }
}

const search = (keywords) =>
  call(`${FRESHDATA_BASE_URL}/search-employees`, { 'x-rapidapi-key': FRESHDATA_API_KEY }, { keywords, limit: 10 }, false);

async function tried(step, failed) {
  try {
    await step();
    return true;
  } catch (error) {
    if (!(error instanceof ShopError)) throw error;
    failed.push(error.message);
    return false;
  }
}

const failed = [];
if (!(await tried(() => buy(5), failed)) && FAULT === 'swallows') failed.pop();
for (const keywords of ['python', 'go']) {
  if (!(await tried(() => search(keywords), failed)) && FAULT === 'loses-batch') {
    failed.pop();
    break;
  }
}
failed.forEach((reason) => console.error(reason));
process.exitCode = failed.length ? 1 : 0;
