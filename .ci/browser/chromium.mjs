// Headless Chromium whose microphone plays a file.
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** @param scratch folder for the profile; @param microphone WAV file; @param options more of Playwright's own */
export function launch(scratch, microphone, options = {}) {
  return chromium.launchPersistentContext(join(scratch, 'profile'), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    timeout: 30_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphone}`,
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
    ],
    ...options,
  });
}
