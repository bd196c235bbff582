// Arm a failure, with a way back.
import { api } from './api.js';
import { ALL } from './route.js';
import { attempt, loadFaults, say } from './store.js';
import { faultWords } from './words.js';

/** Arm a fault in a sandbox, or in all. Whether it is armed. */
export function arm(fault, where) {
  return attempt(async () => {
    const armed = await api.arm(where, fault);
    await loadFaults();
    const { calls, does, limits } = faultWords(armed);
    const undo = () => attempt(async () => { await api.disarm(where, armed.id); await loadFaults(); say(`Disarmed ${armed.id}.`); });
    say(`Armed ${where === ALL ? 'in all sandboxes' : `in sandbox ${where}`}: ${calls}: ${does}, ${limits}.`, { undo });
  });
}

