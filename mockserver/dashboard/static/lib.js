// The view library in one place: Preact with signals, and htm in place of a compiler.
import { h, render } from './vendor/preact.js';
import htm from './vendor/htm.js';

export const html = htm.bind(h);
export { render };
export { useEffect, useLayoutEffect, useRef, useState } from './vendor/hooks.js';
export { batch, computed, effect, signal, useSignal } from './vendor/signals.js';
