// OpenAI's own WebRTC clients in Node, on @roamhq/wrtc, no browser at all: against the standalone simulator, and at
// the gateway, which takes no client with a data channel.
import assert from 'node:assert/strict';
import wrtc from '@roamhq/wrtc';
import { serve } from './antiphon.mjs';
import { startSimulator } from './simulator.mjs';

Object.assign(globalThis, {
  RTCPeerConnection: wrtc.RTCPeerConnection,
  RTCSessionDescription: wrtc.RTCSessionDescription,
  MediaStream: wrtc.MediaStream,
});
const { OpenAIRealtimeWebRTC: Client } = await import('openai/realtime/webrtc');
const { OpenAIRealtimeWebRTC: AgentsTransport } = await import('@openai/agents-realtime');

const { RTCAudioSource, RTCAudioSink } = wrtc.nonstandard;
const RATE = 48_000;
const FRAME = RATE / 100;
const AUDIBLE = 400;

/** A microphone that hums once it is told to, in real time even where timers are late; silent before. */
function hum(hertz) {
  const source = new RTCAudioSource();
  const samples = new Int16Array(FRAME);
  let position = 0;
  let loudness = 0;
  const begun = performance.now();
  const timer = setInterval(() => {
    while (position < ((performance.now() - begun) / 1_000) * RATE) {
      for (let i = 0; i < FRAME; i++) {
        samples[i] = loudness * Math.sin((2 * Math.PI * hertz * position++) / RATE);
      }
      source.onData({ samples, sampleRate: RATE, bitsPerSample: 16, channelCount: 1, numberOfFrames: FRAME });
    }
  }, 10);
  return { track: source.createTrack(), speak: () => (loudness = 9_000), stop: () => clearInterval(timer) };
}

/** Waits for frames of a track that sound at this frequency, by counting where the wave crosses zero. */
function hear(track, hertz) {
  const sink = new RTCAudioSink(track);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      sink.stop();
      reject(new Error(`no tone of ${hertz} Hz was heard`));
    }, 20_000);
    let window = [];
    sink.ondata = ({ samples, sampleRate, channelCount }) => {
      for (let i = 0; i < samples.length; i += channelCount) {
        window.push(samples[i]);
      }
      if (window.length >= sampleRate / 5) {
        const crossings = window.filter((value, i) => i > 0 && value >= 0 && window[i - 1] < 0).length;
        const loud = Math.sqrt(window.reduce((sum, value) => sum + value * value, 0) / window.length) > AUDIBLE;
        const found = (crossings * sampleRate) / window.length;
        window = [];
        if (loud && Math.abs(found - hertz) < 15) {
          clearTimeout(timer);
          sink.stop();
          resolve(found);
        }
      }
    };
  });
}

function waitFor(events, type) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${type}; so far ${events.seen}`)), 20_000);
    events.listeners.add((event) => {
      if (event.type === type) {
        clearTimeout(timer);
        resolve(event);
      }
    });
  });
}

function recorder() {
  const events = { seen: [], listeners: new Set() };
  events.add = (event) => {
    events.seen.push(event.type);
    events.listeners.forEach((listener) => listener(event));
  };
  return events;
}

const ask = (text) => [
  { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } },
  { type: 'response.create' },
];

async function openaiCall(baseUrl) {
  const events = recorder();
  const client = new Client();
  const voice = hum(300);
  client.peerConnection.addTrack(voice.track);
  const track = new Promise((resolve) => (client.peerConnection.ontrack = (event) => resolve(event.track)));
  client.onEvent((event) => events.add(event));
  const spoke = waitFor(events, 'input_audio_buffer.speech_started');
  await client.connect({
    exchangeSdp: async (offer) => {
      const response = await fetch(`${baseUrl}/realtime/calls`, {
        method: 'POST',
        headers: { Authorization: 'Bearer test-key', 'Content-Type': 'application/sdp' },
        body: offer,
      });
      assert.equal(response.status, 201);
      return response.text();
    },
  });
  // What is said before the data channel is open is heard, but nobody is told.
  voice.speak();
  await spoke;
  voice.stop();
  ask('tone 900').forEach((event) => client.send(event));
  const heard = await hear(await track, 900);
  client.close();
  return heard;
}

async function agentsCall(baseUrl) {
  const events = recorder();
  const voice = hum(300);
  const stream = new wrtc.MediaStream([voice.track]);
  const audioElement = {};
  const transport = new AgentsTransport({ baseUrl: `${baseUrl}/realtime/calls`, mediaStream: stream, audioElement });
  transport.on('*', (event) => events.add(event));
  const spoke = waitFor(events, 'input_audio_buffer.speech_started');
  await transport.connect({ apiKey: 'ek_test', model: 'gpt-realtime', initialSessionConfig: {} });
  // What is said before the data channel is open is heard, but nobody is told.
  voice.speak();
  await spoke;
  voice.stop();
  transport.sendEvent(ask('tone 800')[0]);
  transport.sendEvent(ask('tone 800')[1]);
  const heard = await hear(audioElement.srcObject.getAudioTracks()[0], 800);
  transport.close();
  return heard;
}

/** These clients cannot do without their data channel; through it they would rule the session, which is the gateway's. */
async function refusedByGateway(gateway) {
  const client = new Client();
  const voice = hum(300);
  client.peerConnection.addTrack(voice.track);
  let refusal;
  const connected = client.connect({
    exchangeSdp: async (offer) => {
      const response = await fetch(`${gateway}calls`, {
        method: 'POST',
        headers: { Origin: new URL(gateway).origin, 'Content-Type': 'application/sdp' },
        body: offer,
      });
      refusal = await response.json();
      throw new Error(refusal.detail);
    },
  });
  await assert.rejects(connected, { code: 'signaling_failed' });
  voice.stop();
  assert.equal(refusal.status, 422);
  assert.match(refusal.detail, /data channel/);
}

const simulator = await startSimulator();
try {
  console.log('openai/realtime/webrtc in Node heard', Math.round(await openaiCall(simulator.baseUrl)), 'Hz');
  await simulator.wait('CALL_ENDED', 'LEFT');
  console.log('@openai/agents-realtime in Node heard', Math.round(await agentsCall(simulator.baseUrl)), 'Hz');
} finally {
  await simulator.stop();
}
const gateway = await serve();
try {
  await refusedByGateway(gateway.url);
  console.log('openai/realtime/webrtc is told that the gateway takes no data channel');
} finally {
  await gateway.stop();
}
process.exit(0);
