// Values in words: times, statuses, faults.

const pad = (number, length = 2) => String(number).padStart(length, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 09:03:07.250, in UTC. */
export const timeOfDay = (iso) => iso.slice(11, 23);

/** 31 Jan 2026, 09:00:00 UTC. */
export function dateAndTime(value) {
  const at = new Date(value);
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  return `${day}, ${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())} UTC`;
}

export const counted = (number, one, many = `${one}s`) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

/** How long between two moments: 40 ms, 1.2 s, 3 min, 2 h. */
export function span(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds < 7200000) return `${Math.round(milliseconds / 60000)} min`;
  if (milliseconds < 172800000) return `${Math.round(milliseconds / 3600000)} h`;
  return `${Math.round(milliseconds / 86400000)} days`;
}

const PLAIN = { example: 'the documented answer', generated: 'data made for this request', behaviour: 'by what the vendor remembers' };

/** Why an answer is what it is: the control API's words, but for those of calls that nothing is to be said of. */
export function whyWords(why) {
  const [first] = why.split(/[;:]/);
  return first in PLAIN ? PLAIN[first] + why.slice(first.length) : why;
}

/** The kind of a status, for its colour: ok, warn, bad, lost. */
export function kindOf(row) {
  if (row.lost || !row.status) return 'lost';
  return row.status >= 500 ? 'bad' : row.status >= 400 ? 'warn' : 'ok';
}

const CONNECTIONS = {
  reset: 'the connection is reset',
  empty: 'the connection closes without an answer',
  garbage: 'bytes that are not HTTP come back',
  truncate: 'the body is cut off halfway',
  'bad-chunk': 'the body has an invalid chunk',
  hang: 'no answer ever comes',
  left: 'the client left before the answer was complete',
};

export function connectionWords(connection) {
  if (typeof connection === 'object') return `the body drips: ${connection.drip.bytes} bytes every ${connection.drip.every} s`;
  return CONNECTIONS[connection] || connection;
}

/** What a fault does, in a sentence. */
export function faultWords(fault) {
  const calls = `${fault.vendor}${fault.operation ? ` ${fault.operation}` : ': any call'}`;
  const match = Object.entries(fault.match || {}).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const effects = [];
  if (fault.error) effects.push(fault.error);
  if (fault.status) effects.push(`status ${fault.status}`);
  if (fault.preset && !fault.error && !fault.status) effects.push(fault.preset);
  if (fault.connection) effects.push(connectionWords(fault.connection));
  for (const [pointer, value] of Object.entries(fault.set || {})) effects.push(`${pointer} is ${JSON.stringify(value)}`);
  if (fault.headers) effects.push(`header ${Object.entries(fault.headers).map(([name, value]) => `${name}: ${value}`).join(', ')}`);
  if (fault.delay) effects.push(fault.delay.uniform ? `${fault.delay.uniform.join(' to ')} s late` : `${fault.delay} s late`);
  const text = effects.join(', ') + (fault.when === 'after' ? ', after the vendor acted' : '');
  return { calls: calls + (match.length ? ` with ${match.join(', ')}` : ''), does: text, limits: limitWords(fault) };
}

export function limitWords(fault) {
  const limits = [];
  if (fault.skip) limits.push(`after ${counted(fault.skip, 'call')}`);
  if (fault.times) limits.push(fault.times === 1 ? 'once' : `${fault.times} times`);
  if (fault.probability) limits.push(`${Math.round(fault.probability * 1000) / 10} % of calls`);
  if (fault.ttl) limits.push(`for ${fault.ttl % 60 ? `${fault.ttl} s` : counted(fault.ttl / 60, 'minute')}`);
  return limits.join(', ') || 'every time';
}

const RETRIES = {
  safe: 'A good client sends it again after a pause.',
  after: 'A good client sends it again after the time that Retry-After tells.',
  reconnect: 'A good client connects the account again or renews the key, and then sends it again.',
  never: 'Sending it again as it stands is in vain.',
};

/** What a client should do about an error, by the spec. */
export const retryWords = (retry) => RETRIES[retry] || '';

/** A JSON value for people. */
export const pretty = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));
