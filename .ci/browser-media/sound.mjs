// Sounds for fake microphones.
import { writeFileSync } from 'node:fs';

/** A 48 kHz mono WAV of a tone that lasts `seconds`, then silence up to `period`. Chromium plays it in a loop. */
export function writeToneWav(file, hertz, seconds, period) {
  const rate = 48_000;
  const count = Math.round(rate * period);
  const bytes = Buffer.alloc(44 + 2 * count);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * count, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * count, 40);
  for (let i = 0; i < rate * seconds; i++) {
    bytes.writeInt16LE(Math.round(9_000 * Math.sin((2 * Math.PI * hertz * i) / rate)), 44 + 2 * i);
  }
  writeFileSync(file, bytes);
}
