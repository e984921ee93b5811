// Every call of the official JavaScript client against the stand-in, compiled with
// tsc --strict against the client's own types. Run by tests/suite/sdks.rs.

import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Retell, { sign, verify } from 'retell-sdk';
import { symmetric } from 'retell-sdk/lib/webhook_auth';

function setting(name: string): string {
  const value = process.env[name];
  assert(value, `${name} is set by tests/suite/sdks.rs`);
  return value;
}

// Node 18 has the class, but not under its global name.
Object.assign(globalThis, { File });

const base = setting('ASKPRO_SIM_URL');
const [key = '', otherKey = ''] = setting('ASKPRO_SIM_KEYS').split(',');

/** Status and body of every answer, in the order in which they came. */
const answers: { status: number; body: string; type: string | null; retry: string | null }[] = [];
const recording: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init);
  const headers = new Headers(init?.headers);
  answers.push({
    status: answer.status,
    body: await answer.clone().text().catch(() => 'broken off'),
    type: answer.headers.get('content-type'),
    retry: headers.get('x-stainless-retry-count'),
  });
  return answer;
};
const client = new Retell({ apiKey: key, baseURL: base, fetch: recording });
const stranger = new Retell({ apiKey: otherKey, baseURL: base });

let tried = 0;
let passed = 0;

async function check<T>(name: string, work: () => Promise<T>): Promise<T> {
  tried += 1;
  try {
    const result = await work();
    passed += 1;
    return result;
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    // What follows cannot stand on nothing.
    return undefined as never;
  }
}

/** A call of the client that must succeed with this status. */
async function call<T>(name: string, status: number, work: () => Promise<T>): Promise<T> {
  return check(name, async () => {
    answers.length = 0;
    const result = await work();
    const answer = answers.at(-1);
    assert.equal(answer?.status, status);
    if (typeof result === 'object' && result !== null) {
      assert.match(answer?.type ?? '', /json/);
      declare(name, result);
    } else {
      assert.equal(answer?.body, '', 'what is empty has no body');
    }
    return result;
  });
}

/** What the next major version added, a voice's provider `xai` besides; this client passes it through. */
const newer = new Set(['is_suspended', 'is_transfer_agent', 'org_id', 'avatar_url']);
const declared: string[] = ["import type Retell from 'retell-sdk';"];

/** Notes an answer as a literal of the type that its method declares, for tsc to judge. */
function declare(name: string, answer: object): void {
  const [resource = '', method = ''] = (name.split(' ')[0] ?? '').split('.');
  const literal = JSON.stringify(answer, (field, value: unknown) => {
    if (newer.has(field)) return undefined;
    return field === 'provider' && value === 'xai' ? 'platform' : value;
  });
  declared.push(`// ${name}`);
  declared.push(`export const answer${declared.length} = (${literal}) satisfies Awaited<ReturnType<Retell['${resource}']['${method}']>>;`);
}

type ErrorClass = abstract new (...args: never[]) => Error;

/** A call that must raise this error, after so many requests. */
async function refused(name: string, type: ErrorClass, work: () => Promise<unknown>, requests = 1): Promise<void> {
  await check(name, async () => {
    answers.length = 0;
    await assert.rejects(work, (error) => {
      assert(error instanceof type, String(error));
      if (error instanceof Retell.APIError && error.status !== undefined) {
        const body = error.error as { status?: string; message?: string };
        assert.equal(body.status, 'error');
        assert(body.message && error.message.includes(body.message));
      }
      return true;
    });
    assert.equal(answers.length, requests, 'requests');
  });
}

async function sim(method: string, path: string, body: unknown = {}): Promise<any> {
  const answer = await fetch(base + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
  const text = await answer.text();
  return text ? JSON.parse(text) : undefined;
}

const faults = (...rules: object[]) => sim('PUT', '/_sim/faults', { rules });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// --- A receiver that believes nobody but the client's own verification. ---

const received: { path: string; body: any; valid: boolean; foreign: boolean; changed: boolean }[] = [];
const receiver = createServer((request, answer) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', async () => {
    const raw = Buffer.concat(parts).toString('utf8');
    const signature = String(request.headers['x-retell-signature']);
    received.push({
      path: request.url ?? '',
      body: JSON.parse(raw),
      valid: await Retell.verify(raw, key, signature),
      foreign: await verify(raw, otherKey, signature),
      changed: await verify(`${raw} `, key, signature),
    });
    answer.writeHead(200, { 'content-type': 'application/json' });
    answer.end('{"status":"ok","say":"Gern."}');
  });
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

// --- Response engines ---

const tool: Retell.LlmCreateParams.CustomTool = {
  type: 'custom',
  name: 'book_appointment',
  url: `${receiverUrl}/book`,
  description: 'Books.',
  speak_during_execution: true,
  speak_after_execution: true,
  timeout_ms: 5000,
  parameters: { type: 'object', properties: { when: { type: 'string' } } },
};
const llm = await call('llm.create', 201, () =>
  client.llm.create({ model: 'gpt-4.1', start_speaker: 'agent', begin_message: 'Hier ist die KI.', general_tools: [tool] }),
);
const llmId = llm.llm_id;
await call('llm.retrieve', 200, () => client.llm.retrieve(llmId));
await call('llm.retrieve version', 200, () => client.llm.retrieve(llmId, { version: 0 }));
await call('llm.update', 200, () => client.llm.update(llmId, { version: 0, general_prompt: 'Kurz.' }));
await call('llm.list', 200, () => client.llm.list({ limit: 10 }));
const spare = await call('llm.create spare', 201, () => client.llm.create({ start_speaker: 'user' }));
await call('llm.delete', 204, () => client.llm.delete(spare.llm_id));
await refused('llm.retrieve missing', Retell.UnprocessableEntityError, () => client.llm.retrieve(spare.llm_id));

const flow = await call('conversationFlow.create', 201, () =>
  client.conversationFlow.create({
    nodes: [{ id: 'start', type: 'conversation', instruction: { type: 'static_text', text: 'Hier ist die KI.' } }],
    start_speaker: 'agent',
    start_node_id: 'start',
    model_choice: { type: 'cascading', model: 'gpt-4.1' },
  }),
);
const flowId = flow.conversation_flow_id;
await call('conversationFlow.retrieve', 200, () => client.conversationFlow.retrieve(flowId));
await call('conversationFlow.update', 200, () => client.conversationFlow.update(flowId, { global_prompt: 'Kurz.' }));
await call('conversationFlow.list', 200, () => client.conversationFlow.list());
const component = await call('conversationFlowComponent.create', 201, () =>
  client.conversationFlowComponent.create({
    name: 'Begrüßung',
    nodes: [{ id: 'start', type: 'conversation', instruction: { type: 'static_text', text: 'Hallo.' } }],
  }),
);
const componentId = component.conversation_flow_component_id;
await call('conversationFlowComponent.retrieve', 200, () => client.conversationFlowComponent.retrieve(componentId));
await call('conversationFlowComponent.update', 200, () =>
  client.conversationFlowComponent.update(componentId, { name: 'Anfang' }),
);
await call('conversationFlowComponent.list', 200, () => client.conversationFlowComponent.list());
await call('conversationFlowComponent.delete', 204, () => client.conversationFlowComponent.delete(componentId));
await refused('conversationFlow.retrieve missing', Retell.NotFoundError, () => client.conversationFlow.retrieve('none'));

// --- Agents and their versions ---

const agent = await call('agent.create', 201, () =>
  client.agent.create({
    agent_name: 'Salon',
    voice_id: '11labs-Anna',
    language: ['de-DE', 'en-US'],
    timezone: 'Europe/Berlin',
    webhook_url: `${receiverUrl}/webhook`,
    response_engine: { type: 'retell-llm', llm_id: llmId },
  }),
);
const agentId = agent.agent_id;
const flowAgent = await call('agent.create flow', 201, () =>
  client.agent.create({
    voice_id: '11labs-Anna',
    response_engine: { type: 'conversation-flow', conversation_flow_id: flowId },
  }),
);
await call('agent.retrieve', 200, () => client.agent.retrieve(agentId));
await call('agent.retrieve version', 200, () => client.agent.retrieve(agentId, { version: 0 }));
await call('agent.update', 200, () => client.agent.update(agentId, { voice_speed: 1.1 }));
await call('agent.list', 200, () => client.agent.list({ limit: 1 }));
await call('agent.list empty', 200, () => client.agent.list());
await call('agent.list filtered', 200, () =>
  client.agent.list({ filter_criteria: { channel: { type: 'string', op: 'eq', value: 'voice' }, query: 'salon' } }),
);
// Read as JSON where the content type says so: an empty one would be a SyntaxError.
await call('agent.publish', 200, () => client.agent.publish(agentId, { version: 0, version_title: 'eins' }));
await refused('agent.update published', Retell.BadRequestError, () => client.agent.update(agentId, { voice_speed: 1.2 }));
await refused('agent.update published version', Retell.BadRequestError, () =>
  client.agent.update(agentId, { version: 0, voice_speed: 1.2 }),
);
await refused('llm.update published', Retell.BadRequestError, () => client.llm.update(llmId, { begin_message: 'anders' }));
await call('agent.createVersion', 201, () => client.agent.createVersion(agentId, { base_version: 0 }));
await call('agent.update draft', 200, () => client.agent.update(agentId, { version: 1, voice_speed: 1.3 }));
await call('llm.update draft', 200, () => client.llm.update(llmId, { begin_message: 'Hallo, hier ist die KI.' }));
await call('agent.repair', 200, () => client.agent.repair(agentId));
await call('agent.listVersions', 200, () => client.agent.listVersions(agentId));
await check('versions tell what is live', async () => {
  const listed = await client.agent.listVersions(agentId, { sort_order: 'ascending' });
  assert.deepEqual(listed.items.map((one) => [one.version, one.is_published]), [[0, true], [1, false]]);
  assert.equal((await client.agent.retrieve(agentId)).version, 1, 'latest is the draft');
  const live = await client.agent.retrieve(agentId, { version: 'latest_published' });
  assert.deepEqual([live.version, live.voice_speed, live.version_title], [0, 1.1, 'eins']);
  assert.equal((await client.llm.retrieve(llmId, { version: 0 })).begin_message, 'Hier ist die KI.');
});
await call('agent.createVersion spare', 201, () => client.agent.createVersion(agentId, { base_version: 0 }));
await call('agent.deleteVersion', 204, () => client.agent.deleteVersion(agentId, { version: 2 }));
await refused('agent.deleteVersion missing', Retell.UnprocessableEntityError, () =>
  client.agent.deleteVersion(agentId, { version: 2 }),
);
await refused('agent.retrieve missing', Retell.UnprocessableEntityError, () => client.agent.retrieve('agent_none'));
await refused('agent.publish missing', Retell.UnprocessableEntityError, () => client.agent.publish(agentId, { version: 9 }));
await refused('agent.create bounds', Retell.BadRequestError, () =>
  client.agent.create({ voice_id: 'v', voice_speed: 9, response_engine: { type: 'retell-llm', llm_id: llmId } }),
);
await refused('agent.getVersions is gone', Retell.NotFoundError, () => client.agent.getVersions(agentId));
await refused('llm.delete in use', Retell.BadRequestError, () => client.llm.delete(llmId));
await call('agent.delete', 204, () => client.agent.delete(flowAgent.agent_id));
await call('conversationFlow.delete', 204, () => client.conversationFlow.delete(flowId, { force_delete: true }));

// --- Phone numbers ---

const number = '+4930123456';
await call('phoneNumber.import', 201, () =>
  client.phoneNumber.import({
    phone_number: number,
    termination_uri: 'sip.example.com',
    sip_trunk_auth_username: 'askpro',
    nickname: 'Salon',
    inbound_agents: [{ agent_id: agentId, agent_version: 0, weight: 1 }],
    outbound_agents: [{ agent_id: agentId, agent_version: 'latest_published', weight: 1 }],
  }),
);
const bought = await call('phoneNumber.create', 201, () =>
  client.phoneNumber.create({ country_code: 'US', area_code: 415, number_provider: 'telnyx' }),
);
await call('phoneNumber.retrieve', 200, () => client.phoneNumber.retrieve(number));
await call('phoneNumber.update', 200, () =>
  client.phoneNumber.update(number, {
    inbound_agents: [
      { agent_id: agentId, agent_version: 0, weight: 0.9 },
      { agent_id: agentId, agent_version: 1, weight: 0.1 },
    ],
    fallback_number: '+4930999999',
  }),
);
await call('phoneNumber.update clear', 200, () => client.phoneNumber.update(number, { inbound_webhook_url: null }));
await call('phoneNumber.list', 200, () => client.phoneNumber.list());
await check('weights and fallback are read back', async () => {
  const read = await client.phoneNumber.retrieve(number);
  assert.deepEqual(read.inbound_agents?.map((one) => one.weight), [0.9, 0.1]);
  assert.equal(read.fallback_number, '+4930999999');
});
await refused('phoneNumber.update weights', Retell.BadRequestError, () =>
  client.phoneNumber.update(number, { inbound_agents: [{ agent_id: agentId, weight: 0.9 }] }),
);
await refused('phoneNumber.update own fallback', Retell.BadRequestError, () =>
  client.phoneNumber.update(number, { fallback_number: number }),
);
await refused('phoneNumber.retrieve missing', Retell.UnprocessableEntityError, () => client.phoneNumber.retrieve('+49301'));
await call('phoneNumber.delete', 204, () => client.phoneNumber.delete(bought.phone_number));

// --- Calls ---

const played = await sim('POST', '/_sim/calls', {
  key,
  to_number: number,
  from_number: '+4915112345678',
  draw: 0.5,
  language: 'de',
  metadata: { test: 'node' },
  steps: [
    { caller: 'Morgen um zehn, für Jürgen Weiß?' },
    { function: 'book_appointment', args: { when: 'morgen um zehn' } },
    { caller: 'Danke.' },
  ],
});
const callId: string = played.call_id;
await check('signed events and functions', async () => {
  assert.deepEqual(received.map((one) => one.path), ['/webhook', '/book', '/webhook', '/webhook']);
  for (const one of received) {
    assert.deepEqual([one.valid, one.foreign, one.changed], [true, false, false], one.path);
  }
  assert.equal(received[1]?.body.call.transcript_with_tool_calls.at(-1).role, 'tool_call_invocation');
});
await call('call.retrieve', 200, () => client.call.retrieve(callId));
await call('call.list', 200, () => client.call.list({ include_total: true }));
await call('call.list filtered', 200, () =>
  client.call.list({
    filter_criteria: {
      agent: [{ agent_id: agentId, version: [0] }],
      call_status: { type: 'enum', op: 'in', value: ['ended'] },
      from_number: { type: 'string', op: 'sw', value: '+49151' },
      duration_ms: { type: 'range', op: 'bt', value: [0, 60000] },
      start_timestamp: { type: 'number', op: 'gt', value: 0 },
      metadata: [{ type: 'string', op: 'eq', key: 'test', value: 'node' }],
      tool_calls: [{ name: 'book_appointment' }],
    },
  }),
);
await check('the filters found the call', async () => {
  const one = await client.call.list({ filter_criteria: { tool_calls: [{ name: 'book_appointment' }] } });
  assert.deepEqual(one.items.map((item) => item.call_id), [callId]);
  const none = await client.call.list({ filter_criteria: { tool_calls: [{ name: 'another' }] } });
  assert.deepEqual([none.items, none.has_more], [[], false]);
});
await call('call.update', 200, () =>
  client.call.update(callId, { metadata: { a: 1 }, data_storage_setting: 'everything_except_pii' }),
);
await refused('call.update looser', Retell.BadRequestError, () =>
  client.call.update(callId, { data_storage_setting: 'everything' }),
);
await refused('call.updateLive ended', Retell.BadRequestError, () => client.call.updateLive(callId, {}));
await call('call.rerunAnalysis', 200, () => client.call.rerunAnalysis(callId));
const web = await call('call.createWebCall', 201, () =>
  client.call.createWebCall({ agent_id: agentId, agent_version: 'latest_published' }),
);
await call('call.retrieve web', 200, () => client.call.retrieve(web.call_id));
const phone = await call('call.createPhoneCall', 201, () =>
  client.call.createPhoneCall({
    from_number: number,
    to_number: '+4915112345678',
    retell_llm_dynamic_variables: { name: 'Anna' },
  }),
);
await call('call.registerPhoneCall', 201, () =>
  client.call.registerPhoneCall({ agent_id: agentId, from_number: '+4915112345678', to_number: number }),
);

const batch = await call('batchCall.createBatchCall', 201, () =>
  client.batchCall.createBatchCall({ from_number: number, tasks: [{ to_number: '+4915112345678' }] }),
);
await check('a batch is its calls', async () => {
  const value = batch.batch_call_id;
  const calls = await client.call.list({ filter_criteria: { batch_call_id: { type: 'string', op: 'eq', value } } });
  assert.equal(calls.items.length, 1);
});

const holding = sim('POST', '/_sim/calls', {
  key,
  call_id: phone.call_id,
  steps: [{ caller: 'Hallo?' }, { pause_ms: 1500 }, { caller: 'Sind Sie noch da?' }],
});
await check('a registered call is held', async () => {
  for (let look = 0; look < 100; look += 1) {
    if ((await client.call.retrieve(phone.call_id)).call_status === 'ongoing') return;
    await pause(20);
  }
  assert.fail('the call did not begin');
});
await call('call.updateLive', 200, () =>
  client.call.updateLive(phone.call_id, {
    fields_to_override: { override_dynamic_variables: { vip: 'yes' } },
    call_control: { additional_context: 'The caller is known.' },
  }),
);
const listening = await call('call.listenLive', 200, () => client.call.listenLive(phone.call_id));
await refused('call.update ongoing', Retell.BadRequestError, () => client.call.update(phone.call_id, { metadata: {} }));
await refused('call.delete ongoing', Retell.BadRequestError, () => client.call.delete(phone.call_id));
await refused('call.takeOverLive nobody', Retell.BadRequestError, () =>
  client.call.takeOverLive(phone.call_id, { participant_id: 'nobody' }),
);
// Without a body and without a content type.
await call('call.stop', 204, () => client.call.stop(phone.call_id));
await holding;
await check('a stopped call says so', async () => {
  const ended = await client.call.retrieve(phone.call_id);
  assert.equal(ended.disconnection_reason, 'manual_stopped');
  assert(!ended.transcript?.includes('noch da'));
});
const browser = sim('POST', '/_sim/calls', { key, web_call: { agent_id: agentId }, steps: [{ pause_ms: 1000 }] });
await check('a web call goes on', async () => {
  for (let look = 0; look < 100; look += 1) {
    const ongoing = await client.call.list({
      filter_criteria: { call_status: { type: 'enum', op: 'in', value: ['ongoing'] } },
    });
    const id = ongoing.items[0]?.call_id;
    if (id) {
      const listener = await client.call.listenLive(id);
      await call('call.takeOverLive', 200, () =>
        client.call.takeOverLive(id, { participant_id: listener.participant_id }),
      );
      return;
    }
    await pause(20);
  }
  assert.fail('there is no ongoing call');
});
await browser;
await refused('call.listenLive ended', Retell.BadRequestError, () => client.call.listenLive(phone.call_id));
assert(listening.participant_id);
await call('call.delete', 204, () => client.call.delete(callId));
await refused('call.retrieve missing', Retell.UnprocessableEntityError, () => client.call.retrieve(callId));

type Page<T> = { items: T[]; has_more: boolean; pagination_key?: string };

async function pages<T>(fetchPage: (key: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  for (;;) {
    const page = await fetchPage(next);
    items.push(...page.items);
    if (!page.has_more) return items;
    next = page.pagination_key;
  }
}

await check('pages of calls hold every call once', async () => {
  const { total } = await client.call.list({ include_total: true });
  for (const sort_order of ['ascending', 'descending'] as const) {
    const all = await pages((pagination_key) => client.call.list({ limit: 2, sort_order, pagination_key }));
    assert.equal(new Set(all.map((one) => one.call_id)).size, total);
    assert(all.every((one) => !('transcript' in one)), 'items are slimmer than calls');
  }
  assert((await client.call.list({ limit: 1, skip: 1 })).items.length === 1);
});
await check('pages of agents hold every agent once', async () => {
  for (let made = 0; made < 4; made += 1) {
    await client.agent.create({ voice_id: 'v', response_engine: { type: 'retell-llm', llm_id: llmId } });
  }
  const all = await pages((pagination_key) => client.agent.list({ limit: 2, pagination_key }));
  assert.equal(new Set(all.map((one) => one.agent_id)).size, 5);
});

// --- Voices and the workspace ---

await call('voice.list', 200, () => client.voice.list());
await call('voice.retrieve', 200, () => client.voice.retrieve('11labs-Anna'));
await call('voice.addResource', 201, () => client.voice.addResource({ provider_voice_id: 'p1', voice_name: 'Eigene' }));
await call('voice.clone', 201, () =>
  client.voice.clone({
    files: [new File(['RIFF'], 'a.wav')],
    voice_name: 'Klon',
    voice_provider: 'elevenlabs',
  }),
);
await call('voice.search', 200, () => client.voice.search({ search_query: 'anna' }));
await refused('voice.retrieve missing', Retell.UnprocessableEntityError, () => client.voice.retrieve('none'));
await call('concurrency.retrieve', 200, () => client.concurrency.retrieve());
const mine = await call('identity.retrieve', 200, () => client.identity.retrieve());

// --- Walls, errors and retries ---

await check('a key sees its own workspace only', async () => {
  assert.notEqual((await stranger.identity.retrieve()).org_name, mine.org_name);
  assert.deepEqual((await stranger.agent.list()).items, []);
  await assert.rejects(() => stranger.agent.retrieve(agentId), Retell.UnprocessableEntityError);
});
const nobody = new Retell({ apiKey: 'key_wrong', baseURL: base, fetch: recording });
await refused('wrong key', Retell.AuthenticationError, () => nobody.identity.retrieve());

await faults({ path_prefix: '/v2/create-phone-call', fault: 'rate_limit', count: 2, ms: 200 });
await call('call.createPhoneCall after 429 twice', 201, () =>
  client.call.createPhoneCall({ from_number: number, to_number: '+4915112345678' }),
);
await check('the client counted its retries', async () => {
  assert.deepEqual(answers.map((one) => one.retry), ['0', '1', '2']);
});
await faults({ path_prefix: '/create-agent', fault: 'error', status: 500, count: 2 });
await call('agent.create after 500 twice', 201, () =>
  client.agent.create({ voice_id: 'v', response_engine: { type: 'retell-llm', llm_id: llmId } }),
);
await faults({ path_prefix: '/get-concurrency', fault: 'rate_limit', ms: 200 });
await refused('429 for good', Retell.RateLimitError, () => client.concurrency.retrieve(), 3);
const statuses: [number, ErrorClass][] = [
  [400, Retell.BadRequestError],
  [403, Retell.PermissionDeniedError],
  [404, Retell.NotFoundError],
  [409, Retell.ConflictError],
  [500, Retell.InternalServerError],
];
const once = client.withOptions({ maxRetries: 0 });
for (const [status, type] of statuses) {
  await faults({ path_prefix: '/get-concurrency', fault: 'error', status });
  await refused(`error ${status}`, type, () => once.concurrency.retrieve());
}
await faults({ path_prefix: '/get-concurrency', fault: 'drop' });
await refused('drop', Retell.APIConnectionError, () => once.concurrency.retrieve(), 0);
await faults({ path_prefix: '/get-concurrency', fault: 'hang' });
await refused('hang', Retell.APIConnectionTimeoutError, () => once.concurrency.retrieve({ timeout: 400 }), 0);
await faults({ path_prefix: '/get-concurrency', fault: 'malformed' });
await refused('malformed', SyntaxError, () => once.concurrency.retrieve());
await faults();
await check('a retried POST makes a second agent', async () => {
  const before = (await client.agent.list()).items.length;
  await faults({ path_prefix: '/create-agent', fault: 'accept_then_timeout', count: 1 });
  const body = { voice_id: 'v', response_engine: { type: 'retell-llm', llm_id: llmId } } as const;
  await client.agent.create(body, { timeout: 400 });
  await faults();
  assert.equal((await client.agent.list()).items.length, before + 2);
});

// --- Signatures ---

const vectors: { key: string; body: string; at: number; signature: string }[] = JSON.parse(setting('ASKPRO_SIGNATURES'));
for (const [index, vector] of vectors.entries()) {
  await check(`signature ${index + 1}`, async () => {
    assert.equal(await symmetric.sign(vector.body, vector.key, vector.at), vector.signature);
    const offsets: [number, boolean][] = [[0, true], [300_000, true], [-300_000, true], [300_001, false], [-300_001, false]];
    for (const [offset, valid] of offsets) {
      const seen = await symmetric.verify(vector.body, vector.key, vector.signature, { timestamp: vector.at + offset });
      assert.equal(seen, valid, String(offset));
    }
    for (const wrong of [`${vector.signature}0`, 'v=1', '']) {
      assert.equal(await symmetric.verify(vector.body, vector.key, wrong, { timestamp: vector.at }), false, wrong);
    }
    const now = await sign(vector.body, vector.key);
    assert.equal(await verify(vector.body, vector.key, now), true);
    assert.equal(await verify(vector.body, `${vector.key}x`, now), false);
  });
}

receiver.close();
// Checked by a second run of tsc: every field of every answer, and none that is not declared.
writeFileSync('answers.ts', `${declared.join('\n')}\n`);
console.log(`retell-sdk 5.66.1 (npm): calls tried ${tried}, passed ${passed}`);
process.exit(tried === passed ? 0 : 1);
