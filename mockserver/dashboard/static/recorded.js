// A recorded call as text: for a shell, a script, a test, a file. It goes to this server, and into the sandbox it was in.
import { vendorCalled } from './store.js';
import { identifier, python, pytestCall, shell } from './snippets.js';

const SKIPPED = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding', 'user-agent', 'x-mock-sandbox', 'x-mock-default-sandbox']);
const sentHeaders = (request) => request.headers.filter(([name]) => !SKIPPED.has(name.toLowerCase()));
const bodyText = (body) => (body === null ? undefined : typeof body === 'string' ? body : JSON.stringify(body));

/** The path of a call below a sandbox's address, whether it came by a vendor's real host or not: /postpress/v1/x?y=1. */
function pathOf({ vendor, request }) {
  const { pathname, search } = new URL(request.target, location.origin);
  const path = pathname.replace(/^\/~[^/]+/, '');
  return (!vendor || path === `/${vendor}` || path.startsWith(`/${vendor}/`) ? path : `/${vendor}${path}`) + search;
}

const addressOf = (entry) => `${location.origin}/~${entry.sandbox}${pathOf(entry)}`;

export function requestCurl(entry) {
  const { method } = entry.request;
  const body = bodyText(entry.request.body);
  const words = ['curl', '-i', ...(method === 'GET' ? [] : ['-X', method]), addressOf(entry)];
  for (const [name, value] of sentHeaders(entry.request)) words.push('-H', `${name}: ${value}`);
  return shell(body === undefined ? words : [...words, '--data-raw', body]);
}

/** Headers as Python has them: a list of pairs where a name comes twice. */
function pythonHeaders(pairs) {
  const isUnique = new Set(pairs.map(([name]) => name)).size === pairs.length;
  const written = pairs.map(([name, value]) => [python(name), value]);
  return isUnique ? `{${written.map((pair) => pair.join(': ')).join(', ')}}` : `[${written.map((pair) => `(${pair.join(', ')})`).join(', ')}]`;
}

export function requestPython(entry) {
  const { request } = entry;
  const body = bodyText(request.body);
  const lines = [
    'import httpx', '',
    'answer = httpx.request(',
    `    ${python(request.method)},`,
    `    ${python(addressOf(entry))},`,
    `    headers=${pythonHeaders(sentHeaders(request).map(([name, value]) => [name, python(value)]))},`,
    ...(body === undefined ? [] : [`    content=${python(body)}.encode(),`]),
    ')', 'print(answer.status_code, answer.text)',
  ];
  return `${lines.join('\n')}\n`;
}

/** The same call as a test, with the same error, and what came. */
export function requestPytest(entry) {
  const { request, vendor } = entry;
  const body = bodyText(request.body);
  const owner = identifier(vendor || '') ? `mock.${vendor}` : `mock[${python(vendor)}]`;
  const headers = pythonHeaders(sentHeaders(request).map(([name, value]) => {
    const isMasked = value.includes('***');
    return [name, isMasked ? (/^bearer /i.test(value) ? `f"Bearer {${owner}.key}"` : `${owner}.key`) : python(value)];
  }));
  const path = pathOf(entry);
  const base = vendor && vendorCalled(vendor) ? new URL(vendorCalled(vendor).base_url).pathname : '/';
  const address = path.startsWith(`${base}/`) ? `${owner}.url + ${python(path.slice(base.length))}` : `mock.url + ${python(path)}`;
  const fault = faultLike(entry);
  const call = `httpx.request(${python(request.method)}, ${address}, headers=${headers}${body === undefined ? '' : `, content=${python(body)}.encode()`})`;
  const isBroken = entry.violations.length > 0;
  const lines = [
    'import httpx', ...(isBroken || entry.fault?.lost ? ['import pytest'] : []), '', '',
    ...(isBroken ? ['@pytest.mark.mock(contract=False)  # it breaks the contract, on purpose here'] : []),
    'def test_it(mock):',
    ...(fault ? [`    ${pytestCall(fault)}`] : []),
    ...(entry.fault?.lost ? ['    with pytest.raises(httpx.TransportError):', `        ${call}`] : [`    answer = ${call}`, `    assert answer.status_code == ${entry.status ?? 0}`]),
  ];
  return `${lines.join('\n')}\n`;
}

const SHAPED = new Set(['truncate', 'bad-chunk', 'drip']); // an answer that was made; the others are in its place

/** The fault that lets a call end as a recorded one did; null for one that succeeded. */
export function faultLike(entry) {
  if (!entry.vendor) return null;
  const place = { vendor: entry.vendor, ...(entry.operation ? { operation: entry.operation } : {}) };
  const { connection, when, delay } = entry.fault || {};
  if (connection && connection !== 'left') {
    const lost = connection === 'drip' ? { drip: { bytes: 5, every: 0.5 } } : connection;
    return { ...place, connection: lost, ...(!SHAPED.has(connection) && when === 'after' ? { when } : {}), times: 1 };
  }
  if (!entry.status || entry.status < 400) return delay ? { ...place, delay, times: 1 } : null;
  if (entry.decision.case) return { ...place, error: entry.decision.case, ...(when === 'after' ? { when } : {}), times: 1 };
  const type = entry.response.headers.find(([name]) => name === 'content-type')?.[1];
  return { ...place, status: entry.status, ...(entry.response.body === null ? {} : { body: entry.response.body, ...(type ? { content_type: type } : {}) }), times: 1 };
}
