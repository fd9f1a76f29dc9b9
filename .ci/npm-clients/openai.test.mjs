// The "openai" package against our simulator: https and wss with the simulator's authority.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { Events, OFFER, sound } from './simulator.mjs';

const baseURL = process.env.SIMULATOR_TLS;
const client = new OpenAI({ apiKey: 'test-key', baseURL, maxRetries: 0 });

async function createCall(session) {
  const response = await client.realtime.calls.create({ sdp: OFFER, session });
  const location = response.headers.get('location');
  assert.equal(response.status, 201);
  assert.match(location, /^\/v1\/realtime\/calls\/rtc_/);
  return { answer: await response.text(), callID: location.split('/').at(-1) };
}

/** A socket with its events; errors are events, too. */
class Session {
  events = new Events();

  constructor(props) {
    this.socket = new OpenAIRealtimeWS(props, client);
    this.socket.on('event', (event) => this.events.add(event));
    this.socket.on('error', (error) => this.events.add({ type: 'client.error', error }));
  }

  send(...events) {
    events.forEach((event) => this.socket.send(event));
  }

  say(text) {
    this.send(
      { type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } },
      { type: 'response.create' });
  }

  append(...pieces) {
    pieces.forEach((audio) => this.send({ type: 'input_audio_buffer.append', audio: audio.toString('base64') }));
  }

  async close() {
    this.socket.close();
    const [code] = await once(this.socket.socket, 'close');
    assert.equal(code, 1000);
    assert.ok(!this.events.types().includes('client.error'), 'no error went unexpected');
  }
}

async function model() {
  const session = new Session({ model: 'gpt-realtime' });
  const created = await session.events.next('session.created');
  assert.equal(created.session.model, 'gpt-realtime');
  return session;
}

async function sideband() {
  const { callID } = await createCall({ type: 'realtime', model: 'gpt-realtime' });
  const session = new Session({ callID });
  await once(session.socket.socket, 'open');
  return { session, callID };
}

describe('calls', () => {
  test('a call is created with a session, joined and hung up', async () => {
    const { session, callID } = await sideband();
    const closed = once(session.socket.socket, 'close');

    await client.realtime.calls.hangup(callID);

    assert.equal((await closed)[0], 1000);
    await assert.rejects(client.realtime.calls.hangup(callID), NotFoundError);
  });

  test('the answer is SDP for the offer', async () => {
    const { answer } = await createCall(undefined);

    assert.match(answer, /^v=0\r\n/);
    assert.match(answer, /\r\na=group:BUNDLE 0 data\r\n/);
  });

  test('a session with an unknown member is refused by its path', async () => {
    await assert.rejects(createCall({ type: 'realtime', audio: { input: { wrong: 1 } } }), (error) => {
      assert.ok(error instanceof BadRequestError);
      assert.equal(error.code, 'unknown_parameter');
      assert.equal(error.param, 'session.audio.input.wrong');
      return true;
    });
  });

  test('a call without a key is refused', async () => {
    const other = new OpenAI({ apiKey: 'sk-proj-' + 'a'.repeat(60), baseURL, maxRetries: 0 });

    await assert.rejects(other.realtime.calls.create({ sdp: OFFER }), AuthenticationError);
  });

  test('an incoming call is unknown to accept, reject and refer unless there is one', async () => {
    await assert.rejects(client.realtime.calls.accept('rtc_none', { type: 'realtime' }), NotFoundError);
    await assert.rejects(client.realtime.calls.reject('rtc_none', { status_code: 486 }), NotFoundError);
    await assert.rejects(client.realtime.calls.refer('rtc_none', { target_uri: 'tel:+1' }), NotFoundError);
  });
});

describe('client secrets', () => {
  test('a secret is minted with its session and opens a call', async () => {
    const secret = await client.realtime.clientSecrets.create({
      expires_after: { anchor: 'created_at', seconds: 60 },
      session: { type: 'realtime', model: 'gpt-realtime', instructions: 'Be brief.' },
    });

    assert.match(secret.value, /^ek_/);
    assert.ok(secret.expires_at > Date.now() / 1000);
    assert.equal(secret.session.instructions, 'Be brief.');
    const browser = new OpenAI({ apiKey: secret.value, baseURL, maxRetries: 0 });
    assert.equal((await browser.realtime.calls.create({ sdp: OFFER })).status, 201);
  });

  test('a transcription secret names its kind', async () => {
    const secret = await client.realtime.clientSecrets.create({ session: { type: 'transcription' } });

    assert.equal(secret.session.type, 'transcription');
  });
});

for (const [name, open] of [['model', model], ['call-id', async () => (await sideband()).session]]) {
  describe(`${name} session`, () => {
    let session;
    let events;

    before(async () => {
      session = await open();
      events = session.events;
    });

    after(() => session.close());

    test('a text turn is answered in text', async () => {
      session.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
      assert.deepEqual((await events.next('session.updated')).session.output_modalities, ['text']);

      session.say('good morning');

      assert.equal((await events.next('response.output_text.done')).text, 'You said: good morning');
      const { response } = await events.next('response.done');
      assert.equal(response.status, 'completed');
      assert.equal(response.usage.total_tokens, response.usage.input_tokens + response.usage.output_tokens);
    });

    test('an audio turn is found by its sound and answered in sound', async () => {
      session.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['audio'] } });
      await events.next('session.updated');

      session.append(sound(400, 0), sound(800, 1), sound(700, 0));

      const { item_id } = await events.next('input_audio_buffer.speech_started');
      assert.equal((await events.next('input_audio_buffer.committed')).item_id, item_id);
      assert.ok(Buffer.from((await events.next('response.output_audio.delta')).delta, 'base64').length > 4_800);
      assert.match((await events.next('response.output_audio_transcript.done')).transcript, /^I heard/);
      assert.equal((await events.next('response.done')).response.status, 'completed');
    });

    test('a function is called and its result used', async () => {
      const tool = { type: 'function', name: 'seat', description: 'Looks up a seat.',
        parameters: { type: 'object', properties: { row: { type: 'number' } } } };
      session.send({ type: 'session.update', session: { type: 'realtime', tools: [tool], tool_choice: 'auto' } });
      await events.next('session.updated');

      session.say('call seat {"row":7}');

      const call = await events.next('response.function_call_arguments.done');
      assert.deepEqual(JSON.parse(call.arguments), { row: 7 });
      await events.next('response.done');
      session.send(
        { type: 'conversation.item.create',
          item: { type: 'function_call_output', call_id: call.call_id, output: '"7C"' } },
        { type: 'response.create' });
      const { response } = await events.next('response.done');
      assert.equal(response.output[0].content[0].transcript, 'The tool answered: "7C"');
    });

    test('an answer is interrupted by speech and cut where it was heard', async () => {
      events.forget();
      session.say('tell me a story that is long enough to be interrupted, please, with many words in it');
      const { item_id, response_id } = await events.next('response.output_audio.delta');

      session.append(sound(200, 1), sound(700, 0));

      const { response } = await events.next('response.done', (e) => e.response.id === response_id);
      assert.equal(response.status, 'cancelled');
      assert.equal(response.status_details.reason, 'turn_detected');
      session.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 100 });
      assert.equal((await events.next('conversation.item.truncated')).audio_end_ms, 100);
    });
  });
}

test('a server error reaches the client with the id of the event that caused it', async () => {
  const session = new Session({ model: 'gpt-realtime' });
  await session.events.next('session.created');

  session.send({ type: 'conversation.item.delete', item_id: 'none', event_id: 'mine' });

  const { error } = await session.events.next('client.error');
  assert.equal(error.error.event_id, 'mine');
  session.socket.close();
});

test('a transcription session transcribes and does not answer', async () => {
  const session = new Session({ intent: 'transcription' });
  assert.equal((await session.events.next('session.created')).session.type, 'transcription');
  session.send({ type: 'session.update',
    session: { type: 'transcription', audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } } });
  await session.events.next('session.updated');

  session.append(sound(400, 0), sound(800, 1), sound(700, 0));

  const { transcript } = await session.events.next('conversation.item.input_audio_transcription.completed');
  assert.match(transcript, /of speech/);
  await session.close();
});
