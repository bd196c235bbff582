// Do what can be taken back: a snapshot is kept before, restored by Undo, and gone when its moment has passed.
import { api } from './api.js';
import { attempt, loadRows, loadSandboxes, refresh, say } from './store.js';

const PREFIX = 'undo-';
const STALE = 3600000; // milliseconds: one that a closed page left behind

/** Whether a snapshot was kept here, and not by a person. */
export const isForUndo = (name) => name.startsWith(PREFIX);

const reload = () => Promise.all([refresh(), loadSandboxes(), loadRows()]);
const forget = (where, name) => api.forget(where, name).catch(() => {}); // gone with its sandbox, or by another page

/** Change a sandbox, say what was done (a text, or a function of what came of it), and offer the way back. Whether it was done. */
export function undoably(where, what, action) {
  const kept = PREFIX + Date.now().toString(36);
  const undo = () => attempt(async () => {
    await api.restore(where, kept);
    await reload();
    say('Taken back; the list of calls stays as it is.');
  });
  return attempt(async () => {
    const isKept = await api.snapshot(where, kept).then(() => true, () => false); // a full store has no room for a way back
    try {
      const came = await action();
      await reload();
      say(typeof what === 'function' ? what(came) : what, isKept ? { undo, after: () => forget(where, kept) } : {});
    } catch (problem) {
      if (isKept) forget(where, kept);
      throw problem;
    }
  });
}

/** Delete what pages that were closed too early kept of a sandbox. */
export function tidy(where, names) {
  for (const name of names.filter(isForUndo)) {
    if (Date.now() - parseInt(name.slice(PREFIX.length), 36) > STALE) forget(where, name);
  }
}
