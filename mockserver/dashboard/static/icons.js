// Icons, drawn by lines: hidden from screen readers, as a text always stands beside them.
import { html } from './lib.js';

const PATHS = {
  traffic: 'M3 6h18M3 12h18M3 18h11',
  fail: 'M13 2 4 14h7l-1 8 9-12h-7z',
  world: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3 2',
  reference: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM9 9h6M9 13h4',
  report: 'M5 20V10M12 20V4M19 20v-7',
  setup: 'M4 7h9M17 7h3M4 17h3M11 17h9M13 4v6M7 14v6',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14m5-2 4 4',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  again: 'M20 12a8 8 0 1 1-2.3-5.7L20 8M20 3v5h-5',
  down: 'M12 4v12m-5-5 5 5 5-5M5 20h14',
  play: 'M7 4v16l13-8z',
  pause: 'M8 5v14M16 5v14',
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
