// The page of the gateway in headless Chromium, from the button to the end of the call.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from './antiphon.mjs';
import { launch } from './chromium.mjs';
import { writeSpeech } from './sound.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = here('../../app/target/screenshots');
mkdirSync(screenshots, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'browser-gateway-'));
const microphone = join(scratch, 'speech.wav');
writeSpeech(here('../../app/src/main/resources/dev/antiphon/app/speech.wav'), microphone, 9);

const gateway = await serve();
const browser = await launch(scratch, microphone, { viewport: { width: 1200, height: 800 } });

/** A page whose console errors fail the test and whose status lines are kept. */
async function open(prepare = async () => {}) {
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  page.complaints = [];
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await prepare(page);
  await page.goto(gateway.url);
  await page.evaluate(() => {
    window.statuses = [];
    const status = document.getElementById('status');
    new MutationObserver(() => window.statuses.push(status.textContent)).observe(status, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  return page;
}

const saw = (page, words) =>
  page.waitForFunction((text) => window.statuses.some((status) => status.includes(text)), words);

const step = async (page, name) => {
  await page.waitForFunction(
    (key) => /\d/.test(document.querySelector(`[data-step=${key}] time`)?.textContent ?? ''),
    name,
  );
  return Number.parseInt(await page.locator(`[data-step=${name}] time`).textContent(), 10);
};

/** The frequency that sounds from the model right now. */
const hears = (page, hertz) =>
  page.waitForFunction(async (wanted) => {
    const stream = document.getElementById('speaker').srcObject;
    if (!stream) return false;
    if (!window.ear) {
      const context = new AudioContext();
      await context.resume();
      window.ear = context.createAnalyser();
      window.ear.fftSize = 8192;
      window.ear.rate = context.sampleRate;
      context.createMediaStreamSource(stream).connect(window.ear);
    }
    const spectrum = new Float32Array(window.ear.frequencyBinCount);
    window.ear.getFloatFrequencyData(spectrum);
    const loudest = spectrum.indexOf(Math.max(...spectrum));
    const frequency = (loudest * window.ear.context.sampleRate) / window.ear.fftSize;
    return spectrum[loudest] > -60 && Math.abs(frequency - wanted) < 25;
  }, hertz);

async function accessible(page, state) {
  await page.evaluate(axe);
  const faults = await page.evaluate(() => axe.run());
  const serious = faults.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    [],
    `no serious accessibility fault, ${state}`,
  );
}

async function conversation() {
  // axe is injected by the test; the page's own policy would not let it in.
  const page = await open();
  await accessible(page, 'before a call');
  await page.screenshot({ path: join(screenshots, 'desktop-before.png') });

  await page.locator('#delay').fill('2000');
  await page.getByRole('button', { name: 'Connect and talk' }).click();
  const answered = await step(page, 'answer');
  await page.getByLabel('Type to the model').fill('What time is it?');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('waiting for the sideband').waitFor();
  await page.screenshot({ path: join(screenshots, 'desktop-waiting.png') });
  const joined = await step(page, 'joined');
  const delivered = await step(page, 'delivered');
  assert.ok(joined - answered > 1_500, `the answer (${answered} ms) did not wait for the join (${joined} ms)`);
  assert.ok(delivered >= joined, 'the text was delivered after the join');
  await page.locator('li[data-role=tool]', { hasText: 'current_time' }).waitFor();
  await page.locator('li[data-role=assistant]', { hasText: "The gateway's clock shows" }).waitFor();
  const media = await step(page, 'media');
  const sound = await step(page, 'sound');

  // The fake microphone speaks, and the model says what it heard.
  await page.locator('li[data-role=assistant]', { hasText: 'I heard you speak' }).first().waitFor();
  assert.ok(await page.locator('#mine').evaluate((meter) => meter.value >= 0), 'the caller has a level');
  await page.waitForFunction(() => document.getElementById('theirs').value > 0.2);

  // A long answer is interrupted by the next sentence from the microphone.
  await page.getByLabel('Type to the model').fill(`Please repeat: ${'and so on '.repeat(18)}`);
  await page.keyboard.press('Enter');
  await saw(page, 'Interrupted.');

  // A tone is easier to recognise than speech.
  await page.getByLabel('Type to the model').fill('tone 1000');
  await page.keyboard.press('Enter');
  await hears(page, 1_000);
  await page.screenshot({ path: join(screenshots, 'desktop-talking.png') });
  await accessible(page, 'in a call');

  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByText('The call has ended.').waitFor();
  await calls(0);
  assert.deepEqual(page.complaints, [], 'the console has no error');
  console.log('a call', JSON.stringify({ answered, media, joined, delivered, sound }));
  await warm(page);
  await page.close();
}

/** Figures of calls after the first ones. */
async function warm(page) {
  const answers = [];
  await page.locator('#delay').fill('0');
  for (let call = 0; call < 7; call++) {
    await page.getByRole('button', { name: 'Connect and talk' }).click();
    await step(page, 'joined');
    answers.push(await step(page, 'answer'));
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByText('The call has ended.').waitFor();
  }
  answers.sort((a, b) => a - b);
  console.log('offer to answer, warm, median of 7:', answers[3], 'ms');
}

/** Without a microphone a tone speaks, and is heard. */
async function withoutMicrophone() {
  const page = await open((blank) =>
    blank.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException('no device', 'NotFoundError');
      };
    }),
  );
  await page.locator('#delay').fill('0');
  await page.getByRole('button', { name: 'Connect and talk' }).click();
  await page.getByText('No microphone').waitFor();
  await page.locator('li[data-role=assistant]', { hasText: 'I heard you speak' }).first().waitFor();
  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByText('The call has ended.').waitFor();
  assert.deepEqual(page.complaints, [], 'the console has no error');
  await page.close();
}

async function appearances() {
  for (const [name, width, height, colorScheme] of [
    ['phone', 390, 844, 'light'],
    ['phone-dark', 390, 844, 'dark'],
    ['desktop-dark', 1200, 800, 'dark'],
  ]) {
    const page = await open();
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.locator('#delay').fill('500');
    await page.getByRole('button', { name: 'Connect and talk' }).focus();
    await page.keyboard.press('Enter');
    await step(page, 'answer');
    await page.getByLabel('Type to the model').fill('What time is it?');
    await page.keyboard.press('Enter');
    await page.locator('li[data-role=assistant]', { hasText: "The gateway's clock shows" }).waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.ok(!wide, `${name}: nothing is wider than the screen`);
    await accessible(page, name);
    await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    await page.close();
  }
  await calls(0);
}

/** Pages that are closed hang up. */
async function calls(count) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const health = await (await fetch(`${gateway.url}health`)).json();
    if (health.calls === count) return;
    assert.ok(Date.now() < deadline, `${health.calls} calls live, not ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function stopWithCallsLive() {
  const page = await open();
  await page.locator('#delay').fill('0');
  await page.getByRole('button', { name: 'Connect and talk' }).click();
  await step(page, 'joined');
  const millis = await gateway.stop();
  stopped = true;
  await page.getByText(/ended/).first().waitFor();
  assert.ok(millis < 10_000, `stopped within ${millis} ms`);
  console.log('stopped with a live call after', Math.round(millis), 'ms');
}

let stopped = false;
try {
  await conversation();
  await withoutMicrophone();
  await appearances();
  await stopWithCallsLive();
  console.log('the page in Chromium is in order; screenshots in app/target/screenshots');
} catch (failure) {
  await Promise.all(
    browser.pages().map((page, n) => page.screenshot({ path: join(screenshots, `failure-${n}.png`) }).catch(() => {})),
  );
  for (const page of browser.pages()) console.error(await page.evaluate(() => window.statuses).catch(() => ''), page.complaints);
  throw failure;
} finally {
  await browser.close();
  if (!stopped) await gateway.stop();
  rmSync(scratch, { recursive: true, force: true });
}
