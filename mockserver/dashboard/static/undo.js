// Do what can be taken back: a snapshot is kept before, and restored by Undo.
import { api } from './api.js';
import { attempt, loadRows, loadSandboxes, refresh, say } from './store.js';

const PREFIX = 'undo-';

/** Whether a snapshot was kept here, and not by a person. */
export const isForUndo = (name) => name.startsWith(PREFIX);

const reload = () => Promise.all([refresh(), loadSandboxes(), loadRows()]);

/** Change a sandbox, say what was done, and offer the way back. Whether it was done. */
export function undoably(where, what, action) {
  const kept = PREFIX + Date.now().toString(36);
  const undo = () => attempt(async () => {
    await api.restore(where, kept);
    await reload();
    say('Taken back; the list of calls stays as it is.');
  });
  return attempt(async () => {
    await api.snapshot(where, kept);
    await action();
    await reload();
    say(what, { undo });
  });
}
