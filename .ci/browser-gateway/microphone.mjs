// What the fake microphone hears: the demonstration's spoken sentence, then silence, in a loop.
import { readFileSync, writeFileSync } from 'node:fs';

const HEADER = 44;

/** Chromium wants 48 kHz; the recording has 24 kHz, 16 bit, mono. */
export function writeSpeech(recording, file, periodSeconds) {
  const spoken = readFileSync(recording).subarray(HEADER);
  const samples = Math.max(spoken.length, periodSeconds * 48_000);
  const out = Buffer.alloc(HEADER + 2 * samples);
  out.write('RIFF', 0);
  out.writeUInt32LE(out.length - 8, 4);
  out.write('WAVEfmt ', 8);
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(48_000, 24);
  out.writeUInt32LE(96_000, 28);
  out.writeUInt16LE(2, 32);
  out.writeUInt16LE(16, 34);
  out.write('data', 36);
  out.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i + 2 < spoken.length / 2; i++) {
    const here = spoken.readInt16LE(2 * i);
    const next = spoken.readInt16LE(2 * i + 2);
    out.writeInt16LE(here, HEADER + 4 * i);
    out.writeInt16LE((here + next) >> 1, HEADER + 4 * i + 2);
  }
  writeFileSync(file, out);
}
