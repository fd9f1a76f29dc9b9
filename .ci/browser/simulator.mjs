// Starts `antiphon simulator --journal` and waits for lines of its journal.
import { start } from './antiphon.mjs';

export async function startSimulator(...options) {
  const journal = [];
  const waiting = new Set();
  const { listening, stop } = await start(['simulator', '--journal', ...options], (line) => {
    journal.push(line);
    waiting.forEach((check) => check());
  });

  /** The first entry from position `from` on that has these members. */
  function wait(kind, type = undefined, from = 0) {
    const find = () => journal.slice(from).find((each) => each.kind === kind && (type === undefined || each.type === type));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(check);
        reject(new Error(`no ${kind} ${type ?? ''} in the journal:\n${journal.slice(-40).map((e) => `${e.kind} ${e.type}`).join('\n')}`));
      }, 20_000);
      const check = () => {
        const entry = find();
        if (entry) {
          clearTimeout(timer);
          waiting.delete(check);
          resolve(entry);
        }
      };
      waiting.add(check);
      check();
    });
  }

  return { baseUrl: listening.baseUrl, journal, wait, stop };
}
