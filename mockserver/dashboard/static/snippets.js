// The same as a form does, as text: for a shell, a test, a file.

import { needsToken } from './api.js';

const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`);
export const shell = (words) => words.map(quoted).join(' ');

/** A call of the control API as curl. */
export function curlOf(method, target, body) {
  const words = ['curl', '-sS', ...(method === 'GET' ? [] : ['-X', method]), `${location.origin}/_mock${target}`];
  if (body !== undefined) words.push('-H', 'Content-Type: application/json', '-d', JSON.stringify(body));
  return shell(words) + (needsToken() ? ' -H "Authorization: Bearer $MOCKSERVER_TOKEN"' : '');
}

/** A value as Python writes it. */
export function python(value) {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value === 'object') return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${python(one)}`).join(', ')}}`;
  return JSON.stringify(value);
}

/** A value on one line of YAML; texts are quoted, as JSON does. */
export function yaml(value) {
  if (Array.isArray(value)) return `[${value.map(yaml).join(', ')}]`;
  if (value && typeof value === 'object') return `{${Object.entries(value).map(([name, one]) => `${word(name)}: ${yaml(one)}`).join(', ')}}`;
  return typeof value === 'string' ? word(value) : JSON.stringify(value);
}

/** A text without quotes where it can't be taken for anything else. */
function word(text) {
  const isPlain = /^[A-Za-z_][\w-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

export const identifier = (text) => /^[A-Za-z_]\w*$/.test(text);

/** A fault as a call of the pytest fixture. */
export function pytestCall(fault) {
  const { vendor, error, ...rest } = fault;
  const given = Object.entries(rest).map(([name, value]) => `${name}=${python(value)}`);
  const words = [...(error ? [JSON.stringify(error)] : []), ...given].join(', ');
  return identifier(vendor) ? `mock.${vendor}.fail(${words})` : `mock.fail(${JSON.stringify(vendor)}${words ? `, ${words}` : ''})`;
}

const OPTIONS = { operation: '--operation', times: '--times', skip: '--skip', probability: '--probability', when: '--when', status: '--status', content_type: '--content-type', preset: '--preset' };

function command(fault, sandbox) {
  const words = ['fail', fault.vendor, ...(fault.error ? [fault.error] : [])];
  for (const [name, option] of Object.entries(OPTIONS)) if (fault[name] !== undefined) words.push(option, String(fault[name]));
  const { body } = fault;
  if (body !== undefined) words.push('--body', typeof body === 'string' ? body : JSON.stringify(body));
  if (body !== undefined && typeof body !== 'string' && !fault.content_type) words.push('--content-type', 'application/json');
  if (fault.ttl) words.push('--minutes', String(fault.ttl / 60));
  for (const [name, value] of Object.entries(fault.match || {})) words.push('--match', `${name}=${JSON.stringify(value)}`);
  for (const [pointer, value] of Object.entries(fault.set || {})) words.push('--set', `${pointer}=${JSON.stringify(value)}`);
  for (const [name, value] of Object.entries(fault.headers || {})) words.push('--header', `${name}=${value}`);
  const { connection, delay } = fault;
  if (connection) words.push('--connection', connection.drip ? `drip:${connection.drip.bytes}/${connection.drip.every}` : connection);
  if (delay) words.push('--delay', delay.uniform ? delay.uniform.join('-') : String(delay));
  return commandLine([...words, ...(sandbox === '*' ? ['--all'] : ['--sandbox', sandbox])]);
}

/** Which server a command steers, where it isn't the default one. */
const serverOf = () => (location.protocol === 'http:' && location.host === '127.0.0.1:8080' ? [] : ['--url', location.origin]);

/** A command for the server behind this page. */
export const commandLine = (words) => shell(['mockserver', ...words, ...serverOf()]);

/** A fault in four ways. */
export function faultTexts(fault, sandbox) {
  return {
    curl: curlOf('POST', `/sandboxes/${encodeURIComponent(sandbox)}/faults`, fault),
    'Command line': command(fault, sandbox),
    pytest: `def test_it(mock):\n    ${pytestCall(fault)}\n`,
    'World YAML': faultYaml(fault),
  };
}

export const faultYaml = (fault) => `faults:\n  - ${yaml(fault)}\n`;

/** An event in four ways. */
export function eventTexts(vendor, event, fields, sandbox) {
  const given = Object.entries(fields);
  const words = given.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const named = given.map(([name, value]) => `, ${name}=${python(value)}`).join('');
  const call = identifier(vendor) ? `mock.${vendor}.event(${JSON.stringify(event)}${named})` : `mock.event(${JSON.stringify(vendor)}, ${JSON.stringify(event)}${named})`;
  return {
    curl: curlOf('POST', `/sandboxes/${encodeURIComponent(sandbox)}/events/${encodeURIComponent(vendor)}/${encodeURIComponent(event)}`, fields),
    'Command line': commandLine(['event', vendor, event, ...words, '--sandbox', sandbox]),
    pytest: `def test_it(mock):\n    ${call}\n`,
    'World YAML': `events:\n  - ${yaml({ vendor, event, ...(given.length ? { fields } : {}) })}\n`,
  };
}

/** A state in place of the one before, in four ways. */
export function stateTexts(vendor, state, sandbox, before) {
  const changed = Object.entries(state).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before?.[name]));
  return {
    curl: curlOf('PUT', `/sandboxes/${encodeURIComponent(sandbox)}/state/${encodeURIComponent(vendor)}`, state),
    'Command line': commandLine(['state', vendor, ...changed.flatMap(([name, value]) => ['--set', `${name}=${JSON.stringify(value)}`]), '--sandbox', sandbox]),
    pytest: `def test_it(mock):\n    mock.set_state(${JSON.stringify(vendor)}, ${python(state)})\n`,
    'World YAML': `state:\n  ${word(vendor)}: ${yaml(state)}\n`,
  };
}
