// What the test runs inside the browser: a call by hand, and calls by OpenAI's own clients.
import { OpenAIRealtimeWebRTC as Client } from './node_modules/openai/realtime/webrtc.mjs';
import { OpenAIRealtimeWebRTC as AgentsTransport } from './node_modules/@openai/agents-realtime/dist/bundle/openai-realtime-agents.mjs';

const MICROPHONE = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } };

/** Events of a call, with a way to wait for them. */
class Events {
  constructor() {
    this.all = [];
    this.waiting = new Set();
  }

  add(event) {
    this.all.push(event);
    this.waiting.forEach((check) => check());
  }

  wait(type, millis = 20_000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${type}; so far ${this.all.map((e) => e.type)}`)), millis);
      const check = () => {
        const found = this.all.find((event) => event.type === type);
        if (found) {
          clearTimeout(timer);
          this.waiting.delete(check);
          resolve(found);
        }
      };
      this.waiting.add(check);
      check();
    });
  }

  forget() {
    this.all = [];
  }
}

/** Level and strongest frequency of a stream. */
class Listener {
  constructor(stream) {
    // Chromium feeds a remote stream to Web Audio only while an element plays it.
    this.element = new Audio();
    this.element.srcObject = stream;
    this.element.muted = true;
    this.element.play();
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = 16_384;
    this.context.createMediaStreamSource(stream).connect(this.analyser);
  }

  measure() {
    const bins = new Float32Array(this.analyser.frequencyBinCount);
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatFrequencyData(bins);
    this.analyser.getFloatTimeDomainData(samples);
    const rms = Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);
    const peak = bins.reduce((best, value, i) => (value > bins[best] ? i : best), 1);
    return { rms, hertz: (peak * this.context.sampleRate) / this.analyser.fftSize };
  }

  /** Measures until `accept` says it is right. */
  async until(accept, millis = 10_000) {
    const deadline = performance.now() + millis;
    let last;
    do {
      last = this.measure();
      if (accept(last)) {
        return last;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    } while (performance.now() < deadline);
    throw new Error(`not heard: ${JSON.stringify(last)}`);
  }
}

async function post(baseUrl, offer) {
  const response = await fetch(`${baseUrl}/realtime/calls`, {
    method: 'POST',
    headers: { Authorization: 'Bearer ek_test', 'Content-Type': 'application/sdp' },
    body: offer,
  });
  if (response.status !== 201) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  return { answer: await response.text(), location: response.headers.get('Location') };
}

/** A call with nothing but the browser's own API. */
class PlainCall {
  async connect(baseUrl, muted = false) {
    const start = performance.now();
    this.events = new Events();
    this.states = [];
    this.peer = new RTCPeerConnection();
    this.microphone = await navigator.mediaDevices.getUserMedia(MICROPHONE);
    this.mute(muted);
    this.microphone.getTracks().forEach((track) => this.peer.addTrack(track, this.microphone));
    this.peer.onconnectionstatechange = () => this.states.push(this.peer.connectionState);
    const stream = new Promise((resolve) => (this.peer.ontrack = (event) => resolve(event.streams[0])));
    this.channel = this.peer.createDataChannel('oai-events');
    this.channel.onmessage = (message) => this.events.add(JSON.parse(message.data));
    this.channelClosed = new Promise((resolve) => (this.channel.onclose = resolve));
    const opened = new Promise((resolve) => (this.channel.onopen = resolve));
    await this.peer.setLocalDescription(await this.peer.createOffer());
    const offered = performance.now();
    const { answer, location } = await post(baseUrl, this.peer.localDescription.sdp);
    const answered = performance.now();
    await this.peer.setRemoteDescription({ type: 'answer', sdp: answer });
    this.location = location;
    this.listener = new Listener(await stream);
    await opened;
    return { offer: offered - start, answer: answered - offered, channel: performance.now() - answered };
  }

  send(event) {
    this.channel.send(JSON.stringify(event));
  }

  mute(muted = true) {
    this.microphone.getTracks().forEach((track) => (track.enabled = !muted));
  }

  say(text) {
    this.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    });
    this.send({ type: 'response.create' });
  }

  async statistics() {
    const found = {};
    (await this.peer.getStats()).forEach((report) => {
      if (report.type === 'inbound-rtp') {
        found.received = report.packetsReceived;
        found.lost = report.packetsLost;
        found.concealed = report.concealedSamples / (report.totalSamplesReceived || 1);
      } else if (report.type === 'remote-inbound-rtp') {
        found.reportedLost = report.packetsLost;
        found.roundTrip = report.roundTripTime;
      } else if (report.type === 'transport') {
        found.dtls = report.dtlsCipher;
        found.srtp = report.srtpCipher;
      }
    });
    return found;
  }

  close() {
    this.peer.close();
  }
}

/** Asks for a tone until it is heard: the microphone may just have been answered, which comes first. */
async function hears(listener, hertz, ask) {
  for (let attempt = 1; ; attempt++) {
    ask();
    try {
      return await listener.until((sound) => sound.rms > 0.01 && Math.abs(sound.hertz - hertz) < 20, 4_000);
    } catch (unheard) {
      if (attempt === 5) {
        throw unheard;
      }
    }
  }
}

/** A call by `openai/realtime/webrtc`, which leaves the exchange of descriptions to us. */
async function openaiCall(baseUrl) {
  const events = new Events();
  const client = new Client();
  const microphone = await navigator.mediaDevices.getUserMedia(MICROPHONE);
  microphone.getTracks().forEach((track) => client.peerConnection.addTrack(track, microphone));
  const stream = new Promise((resolve) => (client.peerConnection.ontrack = (event) => resolve(event.streams[0])));
  client.onEvent((event) => events.add(event));
  await client.connect({ exchangeSdp: async (offer) => (await post(baseUrl, offer)).answer });
  await events.wait('session.created');
  const listener = new Listener(await stream);
  microphone.getTracks().forEach((track) => (track.enabled = false));
  const heard = await hears(listener, 1_500, () => {
    client.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'tone 1500' }] },
    });
    client.send({ type: 'response.create' });
  });
  client.close();
  return heard;
}

/** A call by `@openai/agents-realtime`, which posts the offer itself and configures the session. */
async function agentsCall(baseUrl) {
  const events = new Events();
  const audioElement = document.createElement('audio');
  const transport = new AgentsTransport({ baseUrl: `${baseUrl}/realtime/calls`, audioElement });
  transport.on('*', (event) => events.add(event));
  await transport.connect({ apiKey: 'ek_test', model: 'gpt-realtime', initialSessionConfig: { instructions: 'Be brief.' } });
  await events.wait('session.updated');
  const listener = new Listener(audioElement.srcObject);
  transport.mute(true);
  const heard = await hears(listener, 700, () => transport.sendMessage('tone 700', {}));
  const callId = transport.callId;
  transport.close();
  return { ...heard, callId };
}

window.calls = { PlainCall, openaiCall, agentsCall };
