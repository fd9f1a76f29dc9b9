// What fake microphones hear: WAV files that Chromium plays in a loop. It wants 48 kHz.
import { readFileSync, writeFileSync } from 'node:fs';

const RATE = 48_000;
const HEADER = 44;

/** A tone that lasts `seconds`, then silence up to `period`. */
export function writeTone(file, hertz, seconds, period) {
  const samples = new Int16Array(Math.round(RATE * period));
  for (let i = 0; i < RATE * seconds; i++) {
    samples[i] = Math.round(9_000 * Math.sin((2 * Math.PI * hertz * i) / RATE));
  }
  write(file, samples);
}

/** A recording of 24 kHz, 16 bit, mono, then silence up to `period` seconds. */
export function writeSpeech(recording, file, period) {
  const spoken = readFileSync(recording).subarray(HEADER);
  const count = spoken.length / 2;
  const samples = new Int16Array(Math.max(2 * count, period * RATE));
  for (let i = 0; i + 1 < count; i++) {
    const here = spoken.readInt16LE(2 * i);
    samples[2 * i] = here;
    samples[2 * i + 1] = (here + spoken.readInt16LE(2 * i + 2)) >> 1;
  }
  write(file, samples);
}

/** 16 bit, mono. */
function write(file, samples) {
  const header = Buffer.alloc(HEADER);
  header.write('RIFF', 0);
  header.writeUInt32LE(HEADER - 8 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(2 * RATE, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  writeFileSync(file, Buffer.concat([header, Buffer.from(samples.buffer)]));
}
