// Starts `antiphon serve` and stops it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../app/target/antiphon/bin/antiphon', import.meta.url));

export async function startGateway(...options) {
  const server = spawn(launcher, ['serve', '--port', '0', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
    createInterface({ input: server.stdout }).once('line', (line) => resolve(JSON.parse(line).url));
  });

  /** Stops it as an operator would; the time it took. */
  async function stop() {
    const begun = performance.now();
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    const code = await ended;
    if (code !== 0) throw new Error(`the gateway ended with ${code}`);
    return performance.now() - begun;
  }

  return { url, stop };
}
