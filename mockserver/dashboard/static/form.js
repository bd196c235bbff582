// A form made from the JSON Schema of an object: a field for each property.
import { html } from './lib.js';
import { Field, prose, Select, Text } from './parts.js';

const kindsOf = (schema) => [schema.type ?? []].flat();
export const isRequired = (schema, name) => (schema.required || []).includes(name);

/** The texts that a form begins with. */
export const blank = (schema) => Object.fromEntries(Object.entries(schema.properties || {}).map(([name, one]) => [name, one.default === undefined ? '' : String(one.default)]));

/** The values behind the texts of a form; what was left empty is left out. */
export function valuesOf(schema, texts) {
  const values = {};
  for (const [name, one] of Object.entries(schema.properties || {})) {
    const text = texts[name] ?? '';
    if (text !== '') values[name] = valueOf(one, text);
  }
  return values;
}

function valueOf(schema, text) {
  const kinds = kindsOf(schema);
  if (schema.enum) return schema.enum.find((one) => String(one) === text) ?? text;
  if (text === 'null' && kinds.includes('null')) return null;
  if (kinds.includes('string') && !kinds.some((kind) => ['integer', 'number', 'boolean', 'array', 'object'].includes(kind))) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const hintOf = (schema) => [schema.description, kindsOf(schema).includes('null') && '“null” is possible.', schema.type === 'array' && 'As JSON: ["a", "b"].'].filter(Boolean).join(' ');

export function SchemaForm({ schema, texts, onChange, errors = {} }) {
  return html`<div class="fields">${Object.entries(schema.properties || {}).map(([name, one]) => {
    const label = `${name}${isRequired(schema, name) ? '' : ' (optional)'}`;
    const set = (text) => onChange({ ...texts, [name]: text });
    const options = one.enum ? one.enum.map(String) : kindsOf(one).includes('boolean') ? ['true', 'false'] : null;
    return html`<${Field} label=${label} hint=${prose(hintOf(one))} error=${errors[name]} key=${name}>
      ${options ? html`<${Select} value=${texts[name] ?? ''} options=${[{ value: '', text: '–' }, ...options]} onInput=${set} />` : html`<${Text} value=${texts[name] ?? ''} onInput=${set} required=${isRequired(schema, name)} />`}
    <//>`;
  })}</div>`;
}

/** The messages of a refused call by the first part of their place: {account_id: "is required"}. */
export const errorsOf = (problem) => Object.fromEntries(problem.violations.filter((one) => one.pointer).map((one) => [one.pointer.split('/')[1], one.message]));
