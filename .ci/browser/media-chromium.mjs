// Calls from headless Chromium against the standalone simulator: by hand, and with OpenAI's own clients.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from './chromium.mjs';
import { startSimulator } from './simulator.mjs';
import { startSite } from './site.mjs';
import { writeTone } from './sound.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'browser-media-'));
const microphone = join(scratch, 'tone.wav');
writeTone(microphone, 440, 1.2, 2.4);

const simulator = await startSimulator(...process.argv.slice(2));
const site = await startSite();
const browser = await launch(scratch, microphone);

try {
  const page = await browser.newPage();
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${site.url}/page.html`);
  await page.waitForFunction(() => window.calls);

  await spokenCall(page);
  await secondCallIsWarm(page);
  await serverHangsUp(page);
  await clients(page);
  assert.deepEqual(complaints, [], 'the console has no error');
  console.log('calls from Chromium', browser.browser()?.version() ?? '', 'are in order');
} finally {
  await browser.close();
  site.close();
  await simulator.stop();
  rmSync(scratch, { recursive: true, force: true });
}

/** Speaks a tone, hears speech; asks for a tone, hears it; hangs up, which the simulator notices. */
async function spokenCall(page) {
  const result = await page.evaluate(async (baseUrl) => {
    const call = new window.calls.PlainCall();
    window.call = call;
    const times = await call.connect(baseUrl);
    await call.events.wait('session.created');
    await call.events.wait('input_audio_buffer.speech_stopped');
    await call.events.wait('output_audio_buffer.started');
    const speech = await call.listener.until(({ rms }) => rms > 0.01);
    call.mute();
    await call.events.wait('output_audio_buffer.stopped').catch(() => call.events.wait('output_audio_buffer.cleared'));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    call.events.forget();
    call.say('tone 1000');
    const tone = await call.listener.until(({ rms, hertz }) => rms > 0.01 && Math.abs(hertz - 1_000) < 20);
    await call.events.wait('response.done');
    const big = { type: 'session.update', session: { type: 'realtime', instructions: 'x'.repeat(100_000) } };
    call.send(big);
    await call.events.wait('session.updated');
    const statistics = await call.statistics();
    return { times, speech, tone, statistics, types: [...new Set(call.events.all.map((event) => event.type))] };
  }, simulator.baseUrl);

  console.log('a spoken call', JSON.stringify(result));
  assert.ok(!result.types.includes('response.output_audio.delta'), 'sound does not travel as events');
  await simulator.wait('MEDIA_CONNECTED');
  await simulator.wait('CHANNEL_OPENED', 'oai-events');
  await page.evaluate(() => window.call.close());
  await simulator.wait('MEDIA_ENDED');
  await simulator.wait('CALL_ENDED', 'LEFT');
}

async function secondCallIsWarm(page) {
  const times = await page.evaluate(async (baseUrl) => {
    const call = new window.calls.PlainCall();
    const connected = await call.connect(baseUrl);
    call.close();
    return connected;
  }, simulator.baseUrl);
  console.log('a call more', JSON.stringify(times));
}

/** The browser learns of a hang-up at once, not from silence. */
async function serverHangsUp(page) {
  const millis = await page.evaluate(async (baseUrl) => {
    const call = new window.calls.PlainCall();
    await call.connect(baseUrl);
    const start = performance.now();
    const response = await fetch(`${new URL(baseUrl).origin}${call.location}/hangup`, {
      method: 'POST',
      headers: { Authorization: 'Bearer ek_test' },
    });
    if (!response.ok) {
      throw new Error(`hang-up was answered ${response.status}`);
    }
    await call.channelClosed;
    const after = performance.now() - start;
    call.close();
    return after;
  }, simulator.baseUrl);
  console.log('the channel closed', Math.round(millis), 'ms after a hang-up by the server');
  assert.ok(millis < 5_000, `the channel closed after ${millis} ms`);
}

async function clients(page) {
  const openai = await page.evaluate((baseUrl) => window.calls.openaiCall(baseUrl), simulator.baseUrl);
  console.log('openai/realtime/webrtc', JSON.stringify(openai));
  const agents = await page.evaluate((baseUrl) => window.calls.agentsCall(baseUrl), simulator.baseUrl);
  console.log('@openai/agents-realtime', JSON.stringify(agents));
  assert.match(agents.callId, /^rtc_/);
}
