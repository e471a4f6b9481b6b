/**
 * The OpenAPI document validates, and random requests made from it, by every role, bring no answer that it does not tell of:
 * no 5xx, no unhandled rejection, no body that its schemas refuse. Again with the same requests: TACTUS_SEED=…
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import t from 'tap';
import { Compile } from 'typebox/compile';
import { ROLES } from '../../api/http/identity/principal.js';
import { countryOfRegistry } from '../../api/registries/registry-views.js';
import { RegistryCatalogue } from '../../dialer/dnc/registry-catalogue.js';
import { createRegistryImporter } from '../../dialer/dnc/registry-importer.js';
import { WhatIfInputError } from '../../dialer/what-if/port.js';
import { startHarness } from './harness.js';
import { type Json, type OperationObject, RequestMaker } from './random-requests.js';

const REQUESTS = Number(process.env['TACTUS_REQUESTS'] ?? 10_000);
const SEED = Number(process.env['TACTUS_SEED'] ?? Math.floor(Math.random() * 1e9));
const AT_ONCE = 8;
t.setTimeout(900_000);

const folder = await mkdtemp(join(tmpdir(), 'tactus-random-'));
const catalogue = new RegistryCatalogue(join(folder, 'dnc'));
const importer = createRegistryImporter({
  catalogue,
  countryOf: countryOfRegistry,
  now: () => Date.parse('2026-03-02T16:00:00Z'),
  log: { info: () => undefined, warn: () => undefined },
});
const h = await startHarness({
  registries: { held: catalogue, importer, required: false },
  // A real one would simulate for minutes: what it is asked is checked, and refused.
  simulator: {
    prepare: () => {
      throw new WhatIfInputError([{ field: 'the body', detail: 'is not simulated here' }]);
    },
    close: async () => undefined,
  },
});
const rejections: unknown[] = [];
const noteRejection = (reason: unknown): void => void rejections.push(reason);
process.on('unhandledRejection', noteRejection);
t.teardown(async () => {
  process.off('unhandledRejection', noteRejection);
  await h.close();
  await importer.close();
  await rm(folder, { recursive: true, force: true });
});

const { body: document } = await h.send('GET', '/openapi.json', undefined, { authorization: '' });
const operations = Object.entries(document.paths as Record<string, Record<string, OperationObject>>).flatMap(
  ([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

t.test('the document is valid OpenAPI 3.1', async (t) => {
  const result = await new Validator().validate(structuredClone(document));
  t.ok(result.valid, JSON.stringify(result.errors)?.slice(0, 2000));
});

/** The schema with its references put in their place. */
function resolved(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(resolved);
  if (typeof schema !== 'object' || schema === null) return schema;
  const reference = (schema as Json)['$ref'];
  if (typeof reference === 'string')
    return resolved(
      reference
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((at, part) => (at as Json)[part], document),
    );
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(value)]));
}

const checks = new Map<string, { Check(value: unknown): boolean }>();
function fits(operation: OperationObject, status: number, type: string, body: unknown): boolean | undefined {
  const schema = operation.responses[status]?.content?.[type]?.schema;
  if (schema === undefined) return undefined;
  const key = `${operation.operationId} ${status} ${type}`;
  let check = checks.get(key);
  if (check === undefined) {
    check = Compile(resolved(schema) as Parameters<typeof Compile>[0]);
    checks.set(key, check);
  }
  return check.Check(body);
}

/** What any request may be answered, whatever its route: unreadable, no key, no right, too large, too many. */
const ANYWHERE = new Set([400, 401, 403, 404, 413, 414, 415, 429]);
/** It never ends; test/api/events.test.ts has it. */
const ENDLESS = new Set(['streamEvents', 'streamAgentEvents']);

t.test('random requests bring nothing that the document does not tell of', async (t) => {
  t.comment(`seed ${SEED}, ${REQUESTS} requests`);
  await h.send('POST', '/v1/campaigns', { id: 'spring', name: 'Spring' });
  await h.send('POST', '/v1/campaigns/spring/contacts', [
    { externalId: 'A', name: 'Ada', numbers: ['+12025550101'] },
    { externalId: 'B', name: 'Bob', numbers: ['+12025550102', '+12125550102'] },
    { externalId: 'C', numbers: ['+12025550103'] },
  ]);
  await h.send('POST', '/v1/agents/ann/login', { tier: 'expert', endpoint: 'user/1', ready: true });
  const maker = new RequestMaker(SEED, (path) => {
    if (path.startsWith('/v1/campaigns')) return ['spring', 'spring', 'copy'];
    if (path.startsWith('/v1/contacts')) return ['c1', 'c2', 'c3'];
    if (path.startsWith('/v1/agents')) return ['ann'];
    if (path.startsWith('/v1/dnc') || path.startsWith('/v1/consent')) return ['+12025550101', '+12025550109'];
    return [];
  });
  const served = operations.filter(({ operation }) => !ENDLESS.has(operation.operationId));
  const faults = new Map<string, number>();
  const fault = (what: string): void => void faults.set(what, (faults.get(what) ?? 0) + 1);
  const statuses: Record<string, number> = {};
  const succeeded = new Set<string>();

  async function one(): Promise<void> {
    const { path, method, operation } = maker.pick(served);
    const role = maker.pick([...ROLES, 'admin', 'admin', 'operator'] as const);
    const request = maker.make(method, path, operation);
    const answer = await h.app.inject({
      method: request.method as 'GET',
      url: request.url,
      headers: { ...request.headers, authorization: `Bearer ${h.tokens[role]}` },
      ...(request.payload === undefined ? {} : { payload: request.payload }),
    });
    const { statusCode } = answer;
    statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    const name = `${operation.operationId} (${request.kind}) ${statusCode}`;
    const sent = `${request.method} ${request.url.slice(0, 300)} ${request.payload?.slice(0, 400) ?? ''}`;
    if (statusCode >= 500) fault(`${name}: ${answer.body.slice(0, 200)} to ${sent}`);
    if (statusCode < 300) succeeded.add(operation.operationId);
    const documented = String(statusCode) in operation.responses;
    if (!documented && !ANYWHERE.has(statusCode))
      fault(`${name} is not documented: ${answer.body.slice(0, 160)}`);
    const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? '';
    if (!documented || !/^application\/(?:problem\+)?json$/.test(type) || answer.body === '') return;
    if (fits(operation, statusCode, type, answer.json()) === false)
      fault(`${name} answers what its schema refuses: ${answer.body.slice(0, 300)}`);
  }

  for (let made = 0; made < REQUESTS; made += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, one));
  await new Promise((resolve) => setImmediate(resolve));
  t.comment(
    `answers by status: ${JSON.stringify(statuses)}; ${succeeded.size} of ${served.length} operations succeeded`,
  );
  t.same([...faults].map(([what, count]) => `${count} × ${what}`).slice(0, 20), [], `seed ${SEED}`);
  t.same(rejections, [], 'no unhandled rejection');
  t.ok(succeeded.size > served.length / 2, 'most operations were tried with success');
  t.equal((await h.send('GET', '/healthz')).status, 200);
});
