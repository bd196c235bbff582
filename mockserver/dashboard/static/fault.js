// A failure as a form's texts, and as the control API has it.

/** A form in which nothing was chosen. */
export const BLANK = {
  kind: 'error', vendor: '', operation: '', error: '', status: '503', body: '', content_type: '', delay: '30', delayMost: '', connection: 'reset', bytes: '5', every: '0.5',
  pointer: '', value: 'null', headers: 'Retry-After: 30', when: 'before', how: 'once', times: '2', skip: '', percent: '', minutes: '', match: '',
};
const REFUSABLE = new Set(['reset', 'empty', 'garbage', 'hang']);

/** The form of a fault, as the control API has one. */
export function formOf(fault) {
  const kind = ['error', 'status', 'connection', 'set', 'delay', 'headers'].find((name) => fault[name] !== undefined) || 'error';
  const [pointer, value] = Object.entries(fault.set || {})[0] || ['', null];
  return {
    ...BLANK, kind, vendor: fault.vendor || '', operation: fault.operation || '', error: fault.error || '',
    ...(fault.status ? { status: String(fault.status) } : {}),
    body: fault.body === undefined ? '' : typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body),
    content_type: fault.content_type || '', pointer, value: JSON.stringify(value),
    ...connectionOf(fault.connection), ...delayOf(fault.delay),
    ...(fault.headers ? { headers: lines(fault.headers) } : {}),
    when: fault.when || 'before',
  };
}

const connectionOf = (connection) => (connection?.drip ? { connection: 'drip', bytes: String(connection.drip.bytes), every: String(connection.drip.every) } : connection ? { connection } : {});

function delayOf(delay) {
  if (delay === undefined) return {};
  const [least, most] = delay.uniform || [delay, ''];
  return { delay: String(least), delayMost: String(most) };
}

const lines = (pairs) => Object.entries(pairs).map(([name, value]) => `${name}: ${value}`).join('\n');

/** A text as JSON where it is any. */
export const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const pairsOf = (text, separator) => Object.fromEntries(text.split('\n').filter((line) => line.includes(separator)).map((line) => {
  const at = line.indexOf(separator);
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}));

/** The fault that a form describes. */
export function faultOf(form) {
  const fault = { vendor: form.vendor };
  if (form.operation) fault.operation = form.operation;
  const match = Object.entries(pairsOf(form.match, '='));
  if (match.length) fault.match = Object.fromEntries(match.map(([name, value]) => [name, parsed(value)]));
  if (form.kind === 'error') fault.error = form.error;
  if (form.kind === 'status') {
    fault.status = Number(form.status);
    if (form.body) fault.body = form.content_type && !form.content_type.includes('json') ? form.body : parsed(form.body);
    if (form.body && form.content_type) fault.content_type = form.content_type;
  }
  if (form.kind === 'delay') fault.delay = form.delayMost ? { uniform: [Number(form.delay), Number(form.delayMost)] } : Number(form.delay);
  if (form.kind === 'connection') fault.connection = form.connection === 'drip' ? { drip: { bytes: Number(form.bytes), every: Number(form.every) } } : form.connection;
  if (form.kind === 'set') fault.set = { [form.pointer]: parsed(form.value) };
  if (form.kind === 'headers') fault.headers = pairsOf(form.headers, ':');
  if (form.when === 'after' && mayComeAfter(form)) fault.when = 'after';
  if (form.skip) fault.skip = Number(form.skip);
  if (form.how === 'once') fault.times = 1;
  if (form.how === 'some') fault.times = Number(form.times);
  if (form.percent) fault.probability = Number(form.percent) / 100;
  if (form.minutes) fault.ttl = Number(form.minutes) * 60;
  return fault;
}

/** Whether a failure can come after the vendor acted. */
export const mayComeAfter = (form) => ['error', 'status'].includes(form.kind) || (form.kind === 'connection' && REFUSABLE.has(form.connection));

const isWithin = (text, least, most) => text.trim() !== '' && Number(text) >= least && Number(text) <= most;
const isWhole = (text, least) => /^\d+$/.test(text.trim()) && Number(text) >= least;
const areAll = (text, separator) => text.split('\n').every((line) => !line.trim() || line.indexOf(separator) > 0);

/** What each kind of failure needs: [whether the form has it, what to say where it hasn't]. */
const NEEDS = {
  error: [[(form) => form.error, 'Choose an error.']],
  status: [[(form) => isWhole(form.status, 200) && Number(form.status) <= 599, 'A status is a number from 200 to 599.']],
  delay: [
    [(form) => isWithin(form.delay, 0.001, 300), 'An answer can be up to 300 seconds late.'],
    [(form) => !form.delayMost || isWithin(form.delayMost, Number(form.delay), 300), 'The most is from the least to 300 seconds.'],
  ],
  connection: [[(form) => form.connection !== 'drip' || (isWhole(form.bytes, 1) && isWithin(form.every, 0.001, 300)), 'It drips some bytes at a time, every so many seconds.']],
  set: [[(form) => /^(\/([^~/]|~[01])*)+$/.test(form.pointer), 'Name the field by its JSON pointer, such as /premium.']],
  headers: [[(form) => form.headers.trim() && areAll(form.headers, ':'), 'Write a header a line, such as Retry-After: 30.']],
};
const LIMITS = [
  [(form) => areAll(form.match, '='), 'Write a parameter or field with its value, such as account_id = acc_1.'],
  [(form) => form.how !== 'some' || isWhole(form.times, 1), 'How many calls? A whole number, from 1.'],
  [(form) => !form.skip || isWhole(form.skip, 0), 'The calls to let pass are a whole number.'],
  [(form) => !form.percent || isWithin(form.percent, 0.000001, 100), 'A share of calls is from 0 to 100 percent.'],
  [(form) => !form.minutes || isWithin(form.minutes, 0.001, 1e6), 'The minutes are a number above 0.'],
];

/** What a form still lacks, in words; '' where it can be armed. */
export function lackOf(form) {
  if (!form.vendor) return 'Choose an error, or a vendor.';
  return [...NEEDS[form.kind], ...LIMITS].find(([isThere]) => !isThere(form))?.[1] || '';
}
