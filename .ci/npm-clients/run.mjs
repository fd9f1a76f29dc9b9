// Starts the simulators, runs the tests against them with the given Node, and stops them again.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from './simulator.mjs';

const work = mkdtempSync(join(tmpdir(), 'npm-clients-'));
const ca = join(work, 'ca.pem');
process.once('SIGTERM', () => process.exit(1));
const secure = await startSimulator('--control', '--tls', '--ca-file', ca);
const plain = await startSimulator('--script', join(import.meta.dirname, 'script.json'));
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-timeout=60000', ...process.argv.slice(2)],
  { stdio: 'inherit', cwd: import.meta.dirname,
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca, SIMULATOR_TLS: secure.baseUrl, SIMULATOR_PLAIN: plain.baseUrl } });
await secure.stop();
await plain.stop();
rmSync(work, { recursive: true });
process.exit(status ?? 1);
