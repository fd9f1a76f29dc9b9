// Starts `antiphon simulator --journal` and waits for lines of its journal.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../app/target/antiphon/bin/antiphon', import.meta.url));

export async function startSimulator(...options) {
  const process_ = spawn(launcher, ['simulator', '--journal', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const journal = [];
  const waiting = new Set();
  const lines = createInterface({ input: process_.stdout });
  const listening = new Promise((resolve, reject) => {
    process_.once('exit', (code) => reject(new Error(`the simulator ended with ${code}`)));
    lines.on('line', (text) => {
      const line = JSON.parse(text);
      if (line.event === 'listening') {
        resolve(line.baseUrl);
      } else {
        journal.push(line);
        waiting.forEach((check) => check());
      }
    });
  });
  const baseUrl = await listening;

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

  async function stop() {
    if (process_.exitCode === null) {
      const ended = new Promise((resolve) => process_.once('exit', resolve));
      process_.kill('SIGTERM');
      await ended;
    }
  }

  return { baseUrl, journal, wait, stop };
}
