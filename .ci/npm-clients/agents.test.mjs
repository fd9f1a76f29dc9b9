// The "@openai/agents-realtime" package against our simulator, on plain ws.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime';
import OpenAI from 'openai';
import { hostedMcpTool } from '@openai/agents-core';
import { z } from 'zod';
import { Events, OFFER, sound } from './simulator.mjs';

const baseURL = process.env.SIMULATOR_PLAIN;
const socketUrl = baseURL.replace(/^http/, 'ws') + '/realtime';
const model = 'gpt-realtime';
const STORY = 'tell me a story that is long enough to be interrupted, please, with many words in it';

const seat = tool({
  name: 'seat',
  description: 'Looks up a seat.',
  parameters: z.object({ row: z.number() }),
  execute: async ({ row }) => `${row}C`,
});

async function callUrl() {
  const client = new OpenAI({ apiKey: 'test-key', baseURL, maxRetries: 0 });
  const response = await client.realtime.calls.create({ sdp: OFFER, session: { type: 'realtime', model } });
  return `${socketUrl}?call_id=${response.headers.get('location').split('/').at(-1)}`;
}

let session;
let events;

async function open(url, config = {}, more = []) {
  const billing = new RealtimeAgent({ name: 'billing', instructions: 'You know the bills.' });
  const desk = new RealtimeAgent({ name: 'desk', instructions: 'You know the seats.', tools: [seat, ...more], handoffs: [billing] });
  events = new Events();
  session = new RealtimeSession(desk, {
    transport: new OpenAIRealtimeWebSocket({ url }),
    model,
    config,
    tracingDisabled: true,
  });
  session.on('transport_event', (event) => events.add({ ...event }));
  session.on('audio_interrupted', () => events.add({ type: 'audio_interrupted' }));
  session.on('mcp_tools_changed', (tools) => events.add({ type: 'mcp_tools', names: tools.map(({ name }) => name) }));
  session.on('tool_approval_requested', (context, agent, request) => events.add({ type: 'approval', request }));
  session.on('mcp_tool_call_completed', (context, agent, call) => events.add({ type: 'mcp_call', call }));
  session.on('agent_handoff', (_context, from, to) => events.add({ type: 'handoff', from: from.name, to: to.name }));
  session.on('error', (error) => events.add({ type: 'client.error', error }));
  await session.connect({ apiKey: 'test-key', url });
  await events.next('session.updated');
}

/** History as who said what, which is what an application shows. */
function history() {
  return session.history.map((item) =>
    item.type === 'message'
      ? `${item.role}: ${item.content.map((part) => part.text ?? part.transcript).join('')}`
      : `${item.type}: ${item.name} ${item.arguments} -> ${item.output}`);
}

/** The same with the status that each item has come to. */
function statuses() {
  return history().map((line, i) => `${session.history[i].status}, ${line}`);
}

/** An answer to the story that broke off: a beginning of it, and not all. */
function assertCut(line) {
  const whole = `incomplete, assistant: You said: ${STORY}`;
  assert.ok(whole.startsWith(line) && line.startsWith('incomplete, assistant: ') && line !== whole, line);
}

afterEach(() => {
  const failures = events.types().filter((type) => type === 'client.error');
  session.close();
  assert.deepEqual(failures, [], 'the client saw no error');
});

for (const [name, url] of [['model', async () => `${socketUrl}?model=${model}`], ['call-id', callUrl]]) {
  describe(`${name} session`, () => {
    test('a tool is called, answered, and in the history', async () => {
      await open(await url());

      session.sendMessage('call seat {"row":7}');

      await events.next('response.done');
      await events.next('response.done', (e) => e.response.output[0]?.type === 'message');
      assert.deepEqual(history(), [
        'user: call seat {"row":7}',
        'function_call: seat {"row":7} -> 7C',
        'assistant: The tool answered: 7C',
      ]);
    });

    test('a tool of an MCP server is listed, approved, called and its result used', async () => {
      const docs = hostedMcpTool({ serverLabel: 'docs', serverUrl: 'https://docs.example.test/mcp', requireApproval: 'always' });
      await open(await url(), {}, [docs]);
      const listed = await events.next('mcp_tools');
      assert.deepEqual(listed.names, ['search']);

      session.sendMessage('call docs/search {"query":"tea"}');

      const { request } = await events.next('approval');
      await session.approve(request.approvalItem);
      const { call } = await events.next('mcp_call');
      assert.equal(call.output, 'three pages');
      await events.next('response.done', (e) => e.response.output[0]?.type === 'message');
      assert.ok(history().includes('assistant: The tool answered: three pages'));
    });

    test('a hand-off changes the agent and its instructions', async () => {
      await open(await url());

      session.sendMessage('call transfer_to_billing {}');

      const { from, to } = await events.next('handoff');
      assert.deepEqual([from, to], ['desk', 'billing']);
      const updated = await events.next('session.updated', (e) => e.session.instructions === 'You know the bills.');
      assert.deepEqual(updated.session.tools, []);
      await events.next('response.done', (e) => e.response.output[0]?.type === 'message');
      assert.equal(session.currentAgent.name, 'billing');
      assert.deepEqual(statuses(), [
        'completed, user: call transfer_to_billing {}',
        'completed, function_call: transfer_to_billing {} -> {"assistant":"billing"}',
        'completed, assistant: The tool answered: {"assistant":"billing"}',
      ]);
    });

    test('the user interrupts by speaking and the answer is cut', async () => {
      await open(await url());
      session.sendMessage(STORY);
      const { response_id } = await events.next('response.output_audio.delta');

      session.sendAudio(sound(200, 1).buffer);
      session.sendAudio(sound(2_000, 0).buffer);

      await events.next('audio_interrupted');
      const { response } = await events.next('response.done', (e) => e.response.id === response_id);
      assert.equal(response.status, 'cancelled');
      await events.next('conversation.item.truncated');
      await events.next('conversation.item.retrieved', (e) => e.item.role === 'user');
      await events.next('response.done', (e) => e.response.id !== response_id);
      const [asked, cut, spoken, next, ...more] = statuses();
      assert.equal(asked, `completed, user: ${STORY}`);
      assertCut(cut);
      assert.match(spoken, /^completed, user: \(.* of speech\)$/);
      assert.match(next, /^completed, assistant: I heard/);
      assert.deepEqual(more, []);
    });

    test('the application interrupts and the session goes on', async () => {
      await open(await url());
      session.sendMessage(STORY);
      const { response_id } = await events.next('response.output_audio.delta');

      session.interrupt();

      const { response } = await events.next('response.done', (e) => e.response.id === response_id);
      assert.equal(response.status, 'cancelled');
      session.sendMessage('thank you');
      const next = await events.next('response.done', (e) => e.response.id !== response_id);
      assert.equal(next.response.output[0].content[0].transcript, 'You said: thank you');
      const [asked, cut, ...rest] = statuses();
      assert.equal(asked, `completed, user: ${STORY}`);
      assertCut(cut);
      assert.deepEqual(rest, ['completed, user: thank you', 'completed, assistant: You said: thank you']);
    });
  });
}

test('what the user says is transcribed into the history', async () => {
  await open(`${socketUrl}?model=${model}`);

  session.sendAudio(sound(400, 0).buffer);
  session.sendAudio(sound(800, 1).buffer);
  session.sendAudio(sound(2_000, 0).buffer);

  await events.next('conversation.item.retrieved');
  await events.next('response.done');
  const [user, assistant] = history();
  assert.match(user, /^user: \(.* of speech\)$/);
  assert.match(assistant, /^assistant: I heard/);
});
