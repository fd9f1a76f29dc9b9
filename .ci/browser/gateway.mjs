// The page of the gateway in headless Chromium, from the button to the end of the call.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from './antiphon.mjs';
import { launch } from './chromium.mjs';
import { startSimulator } from './simulator.mjs';
import { writeSpeech } from './sound.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = resolve(here('../..'), process.env.CI_OUTPUT || '.ci/out', 'browser-gateway');
mkdirSync(screenshots, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'browser-gateway-'));
const microphone = join(scratch, 'speech.wav');
const recording = here('../../app/src/main/resources/dev/antiphon/app/speech.wav');
const RECORDING_SECONDS = (statSync(recording).size - 44) / 2 / 24_000;
writeSpeech(recording, microphone, 9);

const gateway = await serve();
const browser = await launch(scratch, microphone, { viewport: { width: 1200, height: 800 } });

/** A page whose console errors and status lines are kept; to be ended with `finish`. */
async function open(prepare = async () => {}, url = gateway.url) {
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  page.complaints = [];
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await prepare(page);
  await page.goto(url);
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

/** Closes a page whose console showed no errors but these, one each. */
async function finish(page, ...expected) {
  await page.close();
  const complaints = page.complaints.map((text) => expected.find((words) => text.includes(words)) ?? text);
  assert.deepEqual(complaints, expected, 'errors in the console');
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

/** Asks until the answer comes: the microphone interrupts the model whenever its sentence begins. */
async function told(page, question, answer) {
  for (let attempt = 1; ; attempt++) {
    await page.getByLabel('Type to the model').fill(question);
    await page.keyboard.press('Enter');
    try {
      await page.locator('li[data-role=assistant]', { hasText: answer }).first().waitFor({ timeout: 6_000 });
      return;
    } catch (unanswered) {
      if (attempt === 5) throw unanswered;
    }
  }
}

/** Asks for a tone until it sounds. */
async function hears(page, hertz) {
  for (let attempt = 1; ; attempt++) {
    await page.getByLabel('Type to the model').fill(`tone ${hertz}`);
    await page.keyboard.press('Enter');
    try {
      await page.waitForFunction(sounds, hertz, { timeout: 6_000 });
      return;
    } catch (unheard) {
      if (attempt === 5) throw unheard;
    }
  }
}

/** In the page, frame by frame: whether the model's loudest frequency has been this one for a while. */
async function sounds(wanted) {
  const stream = document.getElementById('speaker').srcObject;
  if (!stream) return false;
  if (!window.ear) {
    const context = new AudioContext();
    await context.resume();
    window.ear = context.createAnalyser();
    window.ear.fftSize = 8192;
    context.createMediaStreamSource(stream).connect(window.ear);
  }
  const spectrum = new Float32Array(window.ear.frequencyBinCount);
  window.ear.getFloatFrequencyData(spectrum);
  const loudest = spectrum.indexOf(Math.max(...spectrum));
  const frequency = (loudest * window.ear.context.sampleRate) / window.ear.fftSize;
  const sounding = spectrum[loudest] > -60 && Math.abs(frequency - wanted) < 25;
  window.ear.frames = sounding ? (window.ear.frames ?? 0) + 1 : 0;
  return window.ear.frames > 20;
}

/** What the caller said is on the page. The simulator does not know words: its transcript tells how long was spoken. */
async function transcribed(page) {
  const words = page.locator('li[data-role=user] .words', { hasText: 'of speech' });
  await words.first().waitFor();
  const texts = await words.allTextContents();
  for (const text of texts) {
    const [, seconds] = /^\((\d+\.\d) seconds of speech\)$/.exec(text) ?? assert.fail(`no transcript of sound: ${text}`);
    assert.ok(seconds > 0.3 && seconds < RECORDING_SECONDS + 1, `${text} of ${RECORDING_SECONDS.toFixed(1)} s spoken`);
  }
  console.log('the caller was transcribed:', texts.join(' '));
}

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
  await told(page, 'What time is it?', "The gateway's clock shows");
  await page.locator('li[data-role=tool]', { hasText: 'current_time' }).first().waitFor();
  const media = await step(page, 'media');
  const sound = await step(page, 'sound');

  // The fake microphone speaks, and the model says what it heard.
  await page.locator('li[data-role=assistant]', { hasText: 'I heard you speak' }).first().waitFor();
  await transcribed(page);
  await page.waitForFunction(() => document.getElementById('mine').ariaValueNow > 20);
  await page.waitForFunction(() => document.getElementById('theirs').ariaValueNow > 20);

  // A long answer is interrupted by the next sentence from the microphone.
  await page.evaluate(() => (window.statuses.length = 0));
  await page.getByLabel('Type to the model').fill(`Please repeat: ${'and so on '.repeat(18)}`);
  await page.keyboard.press('Enter');
  await saw(page, 'Interrupted.');
  await page.locator('li[data-role=assistant]', { hasText: 'interrupted' }).first().waitFor();

  // A tone is easier to recognise than speech.
  await hears(page, 1_000);
  await page.screenshot({ path: join(screenshots, 'desktop-talking.png') });
  await accessible(page, 'in a call');

  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByText('The call has ended.').waitFor();
  await calls(0);
  console.log('a call', JSON.stringify({ answered, media, joined, delivered, sound }));
  await warm(page);
  await finish(page);
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
  await finish(page);
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
    await told(page, 'What time is it?', "The gateway's clock shows");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    assert.ok(!wide, `${name}: nothing is wider than the screen`);
    await accessible(page, name);
    await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    await finish(page);
  }
  await calls(0);
}

/** In front of a server elsewhere, with its key from the environment and a token that the page asks for. */
async function withUpstreamAndToken() {
  const simulator = await startSimulator();
  const keys = { OPENAI_API_KEY: 'key-of-the-gateway', ANTIPHON_ACCESS_TOKEN: 'token-of-the-visitor' };
  const { url, stop } = await serve(['--upstream', simulator.baseUrl], keys);
  try {
    const page = await open(undefined, url);
    await page.getByLabel('Access token').waitFor();
    assert.ok(await page.locator('#delay').isHidden(), 'only a simulated provider can be held back');
    await accessible(page, 'with a token to be given');

    await page.getByRole('button', { name: 'Connect and talk' }).click();
    await page.locator('#status[data-tone=bad]').waitFor();
    await page.getByLabel('Access token').fill(keys.ANTIPHON_ACCESS_TOKEN);
    await page.getByRole('button', { name: 'Connect and talk' }).click();
    await step(page, 'joined');
    // What is said stays text, in both directions; markup that came alive would break the page's policy, too.
    await told(page, 'Is <img src=x onerror=alert(1)> there?', '<img src=x onerror=alert(1)>');
    assert.equal(await page.locator('#transcript img').count(), 0, 'B34 words are not markup');
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByText('The call has ended.').waitFor();
    await simulator.wait('CALL_ENDED');
    await finish(page, '401 (Unauthorized)');
  } finally {
    await stop();
    await simulator.stop();
  }
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
  await finish(page);
  console.log('stopped with a live call after', Math.round(millis), 'ms');
}

let stopped = false;
try {
  await conversation();
  await withoutMicrophone();
  await appearances();
  await withUpstreamAndToken();
  await stopWithCallsLive();
  console.log('the page in Chromium is in order; screenshots in', screenshots);
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
