// Starts our simulator as a process of its own and tells where it is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const LAUNCHER = process.env.ANTIPHON ?? new URL('../../app/target/antiphon/bin/antiphon', import.meta.url).pathname;

export const OFFER = [
  'v=0', 'o=- 46117317 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 data',
  'm=audio 9 UDP/TLS/RTP/SAVPF 96 0', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=sendrecv', 'a=rtpmap:96 opus/48000/2',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', 'a=mid:data', 'a=sctp-port:5000', '',
].join('\r\n');

export async function startSimulator(...options) {
  const process = spawn(LAUNCHER, ['simulator', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  globalThis.process.once('exit', () => process.kill('SIGTERM'));
  const lines = createInterface({ input: process.stdout });
  const [line] = await once(lines, 'line');
  const { baseUrl } = JSON.parse(line);
  return {
    baseUrl,
    socketUrl: baseUrl.replace(/^http/, 'ws') + '/realtime',
    async stop() {
      process.kill('SIGTERM');
      await once(process, 'exit');
    },
  };
}

/** Milliseconds of a tone, or of silence, as 24 kHz PCM16. */
export function sound(millis, amplitude) {
  const samples = new Int16Array(millis * 24);
  for (let i = 0; i < samples.length; i++) {
    samples[i] = amplitude * 10000 * Math.sin((2 * Math.PI * 220 * i) / 24000);
  }
  return Buffer.from(samples.buffer);
}

/** Collects events and waits for one of a kind, past or to come, each at most once. */
export class Events {
  #seen = [];
  #waiting = [];

  add(event) {
    this.#seen.push(event);
    this.#waiting = this.#waiting.filter((look) => !look());
  }

  /** From now on only what comes later counts. */
  forget() {
    this.#seen.forEach((event) => { event.taken = true; });
  }

  types() {
    return this.#seen.map((event) => event.type);
  }

  next(type, matching = () => true) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.#seen.find((event) => !event.taken && event.type === type && matching(event));
        if (found) {
          found.taken = true;
          clearTimeout(timer);
          resolve(found);
        }
        return found !== undefined;
      };
      const timer = setTimeout(
        () => reject(new Error(`no ${type} in time; there was ${this.types().join(', ')}`)), 15_000);
      if (!look()) {
        this.#waiting.push(look);
      }
    });
  }
}
