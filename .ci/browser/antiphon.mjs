// A command of the built application that runs until it is stopped, and says on its first line where it listens.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../app/target/antiphon/bin/antiphon', import.meta.url));

/** @param onLine gets every further line, parsed; @param environment is added to ours */
export async function start(args, onLine = () => {}, environment = {}) {
  const child = spawn(launcher, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const listening = await new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`${args[0]} ended with ${code}`)));
    let first = true;
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (first) {
        resolve(JSON.parse(text));
      } else {
        onLine(JSON.parse(text));
      }
      first = false;
    });
  });

  /** Stops it as an operator would; the milliseconds it took. */
  async function stop() {
    const begun = performance.now();
    child.kill('SIGTERM');
    const code = await ended;
    if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
    return performance.now() - begun;
  }

  return { listening, stop };
}

/** The gateway. */
export async function serve(options = [], environment = {}) {
  const { listening, stop } = await start(['serve', '--port', '0', ...options], undefined, environment);
  return { url: listening.url, stop };
}
