// A call from headless Firefox against the standalone simulator. Its Web Audio stays suspended without a person's
// gesture, so that what it hears is taken from the statistics.
import assert from 'node:assert/strict';
import puppeteer from 'puppeteer-core';
import { startSimulator } from './simulator.mjs';
import { startSite } from './site.mjs';

const simulator = await startSimulator();
const site = await startSite();
const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
  headless: true,
  timeout: 60_000,
  extraPrefsFirefox: {
    'media.navigator.streams.fake': true,
    'media.navigator.permission.disabled': true,
    'media.autoplay.default': 0,
  },
});

try {
  const page = await browser.newPage();
  await page.goto(`${site.url}/page.html`);
  await page.waitForFunction(() => window.calls);
  const result = await page.evaluate(async (baseUrl) => {
    const call = new window.calls.PlainCall();
    window.call = call;
    const energy = async () => {
      let sum = 0;
      (await call.peer.getStats()).forEach((report) => (sum += report.type === 'inbound-rtp' ? report.totalAudioEnergy : 0));
      return sum;
    };
    const times = await call.connect(baseUrl, true);
    await call.events.wait('session.created');
    // The fake microphone hums; what it hums before the data channel is open is heard, but nobody is told.
    call.mute(false);
    await call.events.wait('input_audio_buffer.speech_started');
    call.mute();
    await call.events.wait('input_audio_buffer.speech_stopped');
    const before = await energy();
    call.say('tone 1000');
    await call.events.wait('output_audio_buffer.started');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return { times, heard: (await energy()) - before, statistics: await call.statistics() };
  }, simulator.baseUrl);
  console.log('a call from', await browser.version(), JSON.stringify(result));
  assert.ok(result.heard > 0.01, 'the assistant was heard');
  assert.equal(result.statistics.lost, 0);
  await page.evaluate(() => window.call.close());
  await simulator.wait('CALL_ENDED', 'LEFT');
} finally {
  await browser.close();
  site.close();
  await simulator.stop();
}
