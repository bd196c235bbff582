// JSON Schemas for people: names, kinds, limits; and what stands behind a reference.
import { html, useSignal } from './lib.js';
import { prose, Tag } from './parts.js';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Looks into an OpenAPI document. */
export class Resolver {
  constructor(document) {
    this.document = document;
  }

  resolve(value, left = 20) {
    if (!value?.$ref || !left) return value;
    const parts = value.$ref.replace(/^#\//, '').split('/').map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
    return this.resolve(parts.reduce((at, part) => at?.[part], this.document), left - 1);
  }

  /** What the document says of an operation: description, body and answers by media type, an example of the body. */
  operation(id) {
    for (const [path, given] of Object.entries(this.document.paths || {})) {
      const item = this.resolve(given);
      for (const method of METHODS) {
        const one = item?.[method];
        if (one && (one.operationId ?? `${method} ${path}`) === id) return this.described(one);
      }
    }
    return null;
  }

  described(operation) {
    const body = this.resolve(operation.requestBody);
    const content = (holder) => Object.entries(holder?.content || {}).map(([type, media]) => [type, media.schema]);
    const media = body && Object.values(body.content || {})[0];
    const example = media?.example ?? this.resolve(Object.values(media?.examples || {})[0])?.value;
    return {
      description: operation.description,
      body: body && content(body),
      type: body && Object.keys(body.content || {})[0],
      example,
      responses: Object.entries(operation.responses || {}).map(([status, given]) => {
        const response = this.resolve(given);
        return [status, { description: response?.description || '', content: content(response) }];
      }),
    };
  }
}

const LIMITS = ['format', 'pattern', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'default', 'const'];
const DEEPEST = 8;

function kindOf(schema) {
  const types = [schema.type ?? []].flat().join(' or ');
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  return types || (schema.properties ? 'object' : schema.items ? 'array' : '');
}

const hasParts = (schema) => Boolean(schema && typeof schema === 'object' && (schema.properties || schema.items || schema.allOf || schema.oneOf || schema.anyOf));

/** Whether a schema is a list of values that have no parts, to be told in a line. */
function isPlainList(schema, resolver) {
  const items = resolver.resolve(schema.items);
  return Boolean(items) && typeof items === 'object' && !hasParts(items) && !items.description && !schema.properties;
}

const limitsOf = (schema) => LIMITS.filter((name) => schema[name] !== undefined).map((name) => `${name} ${JSON.stringify(schema[name])}`).join(', ');

export function Schema({ schema, resolver, depth = 0 }) {
  const own = resolver.resolve(schema);
  if (own === undefined || own === true) return html`<span class="muted">anything</span>`;
  if (own === null || typeof own !== 'object') return html`<span class="muted">nothing</span>`;
  if (depth > DEEPEST) return html`<span class="muted">…</span>`;
  const items = resolver.resolve(own.items);
  const isPlain = isPlainList(own, resolver);
  const required = new Set(own.required);
  const choices = own.oneOf || own.anyOf;
  return html`<span class="muted">${kindOf(own)}${isPlain ? ` of ${kindOf(items) || 'anything'} ${limitsOf(items)}` : ''} ${limitsOf(own)}</span>
    ${depth > 0 && own.description && html` <span>${prose(own.description)}</span>`}
    ${own.properties && html`<ul class="schema">${Object.entries(own.properties).map(([name, one]) => html`<li><code>${name}</code> ${required.has(name) && html`<${Tag}>required<//>`}<${Nested} schema=${one} resolver=${resolver} depth=${depth + 1} /></li>`)}</ul>`}
    ${own.items && !isPlain && html`<ul class="schema"><li>each: <${Nested} schema=${own.items} resolver=${resolver} depth=${depth + 1} /></li></ul>`}
    ${typeof own.additionalProperties === 'object' && html`<ul class="schema"><li>any name: <${Nested} schema=${own.additionalProperties} resolver=${resolver} depth=${depth + 1} /></li></ul>`}
    ${own.allOf && html`<ul class="schema">${own.allOf.map((one) => html`<li>and <${Nested} schema=${one} resolver=${resolver} depth=${depth + 1} /></li>`)}</ul>`}
    ${choices && html`<ul class="schema">${choices.map((one) => html`<li>or <${Nested} schema=${one} resolver=${resolver} depth=${depth + 1} /></li>`)}</ul>`}`;
}

/** What lies deep is shown when it is opened: schemas may go round. */
function Nested({ schema, resolver, depth }) {
  const own = resolver.resolve(schema);
  if (!hasParts(own) || isPlainList(own, resolver) || depth < 3) return html`<${Schema} schema=${schema} resolver=${resolver} depth=${depth} />`;
  return html`<${Lazy} schema=${own} resolver=${resolver} depth=${depth} />`;
}

function Lazy({ schema, resolver, depth }) {
  const isOpen = useSignal(false);
  return html`<details onToggle=${(event) => (isOpen.value = event.target.open)}><summary class="muted">${kindOf(schema) || 'more'}</summary>${isOpen.value && html`<${Schema} schema=${schema} resolver=${resolver} depth=${depth > DEEPEST ? 3 : depth} />`}</details>`;
}
