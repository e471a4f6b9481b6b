import t from 'tap';
import { PROBLEMS } from '../../api/http/problem.js';
import { placeCall } from './calls.js';
import { startHarness } from './harness.js';

const h = await startHarness();
type Json = Record<string, unknown>;
const { body: document } = await h.send('GET', '/openapi.json', undefined, { authorization: '' });

interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Json[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Json }[];
  readonly requestBody?: { readonly content: Record<string, { schema: Json; example?: unknown }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>;
}

const operations = Object.entries(document.paths as Record<string, Record<string, OperationObject>>).flatMap(
  ([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

t.test('the document is OpenAPI 3.1 with one operation id per route', (t) => {
  t.match(document.openapi, /^3\.1\./);
  t.equal(document.info.version, '9.9.9');
  const ids = operations.map(({ operation }) => operation.operationId);
  t.equal(new Set(ids).size, ids.length);
  const tags = new Set((document.tags as { name: string }[]).map((tag) => tag.name));
  for (const { operation } of operations) {
    t.ok(operation.summary.length > 0, operation.operationId);
    t.ok(
      operation.tags.every((tag) => tags.has(tag)),
      `${operation.operationId} has known tags`,
    );
  }
  t.end();
});

t.test('every reference leads somewhere', (t) => {
  const seen: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const entry of value) walk(entry);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, entry] of Object.entries(value)) {
        if (key === '$ref') seen.push(String(entry));
        else walk(entry);
      }
    }
  };
  walk(document);
  t.ok(seen.length > 0);
  for (const reference of new Set(seen)) {
    const found = reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, part) => (at as Json | undefined)?.[part], document);
    t.ok(found, reference);
  }
  t.end();
});

t.test('path parameters are declared, and every answer has a description', (t) => {
  for (const { path, operation } of operations) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = (operation.parameters ?? []).filter((p) => p.in === 'path');
    t.same(declared.map((p) => p.name).sort(), names.sort(), path);
    t.ok(declared.every((p) => p.required));
    t.ok(Object.keys(operation.responses).length > 0, operation.operationId);
    for (const [status, response] of Object.entries(operation.responses)) {
      t.type(response.description, 'string', `${operation.operationId} ${status}`);
      if (Number(status) >= 400 && operation.operationId !== 'readiness') {
        t.ok(
          response.content?.['application/problem+json'],
          `${operation.operationId} ${status} is a problem`,
        );
      }
    }
  }
  t.end();
});

t.test('routes under /v1 ask for the key, and writes take an Idempotency-Key', (t) => {
  for (const { path, method, operation } of operations) {
    const open = !path.startsWith('/v1/') || operation.operationId === 'login';
    t.same(operation.security, open ? [] : [{ apiKey: [] }, { session: [] }], operation.operationId);
    const header =
      operation.parameters?.some((p) => p.in === 'header' && p.name === 'idempotency-key') ?? false;
    const secret = [
      'createKey',
      'createWebhook',
      'rotateWebhookSecret',
      'login',
      'logout',
      'setPassword',
    ].includes(operation.operationId);
    t.equal(header, method !== 'get' && !secret, operation.operationId);
  }
  t.end();
});

t.test('every JSON body has an example, and the server takes each of them', async (t) => {
  // What the examples speak of.
  await h.send('POST', '/v1/agents/x1/login', { tier: 'expert', endpoint: 'user/1000', ready: true });
  const attemptId = await placeCall(h, 'answered', '+12025550177');
  const values: Record<string, string> = { id: 'spring-renewals', number: '+12025550143' };
  const bodies = operations.flatMap(({ path, method, operation }) =>
    Object.entries(operation.requestBody?.content ?? {})
      .filter(([type]) => type === 'application/json')
      .map(([, media]) => ({ path, method, operation, example: media.example })),
  );
  t.ok(bodies.length >= 12);
  const order = [
    'createCampaign',
    'updateCampaign',
    'createWebhook',
    'createUser',
    'login',
    'addContacts',
    'loginAgent',
    'startCampaign',
    'pauseCampaign',
    'resumeCampaign',
    'haltCampaign',
  ];
  const isCreation = ({ path, method }: { path: string; method: string }) =>
    method === 'post' && paths.has(`${path}/{id}`) && path !== '/v1/campaigns';
  const paths = new Set(Object.keys(document.paths));
  /** Under the address of a kind: the id that the example of its creation gives. */
  const madeIds = new Map(
    bodies.filter(isCreation).flatMap(({ path, example }) => {
      const { id } = (example ?? {}) as { id?: string };
      return id === undefined ? [] : [[path, id] as const];
    }),
  );
  const rank = (id: string): number => (order.indexOf(id) + 1 || order.length + 1) as number;
  bodies.sort(
    (a, b) =>
      Number(isCreation(b)) - Number(isCreation(a)) ||
      rank(a.operation.operationId) - rank(b.operation.operationId),
  );
  for (const { path, method, operation, example } of bodies) {
    t.ok(example, `${operation.operationId} has an example`);
    const ids: Record<string, string> = {
      agents: 'ada',
      users: 'ada',
      webhooks: 'alerts',
      attempts: attemptId,
    };
    // The first contact that was added is c1.
    const known = path.startsWith('/v1/contacts/')
      ? 'c1'
      : path.startsWith('/v1/switches/')
        ? 'fs1'
        : ids[operation.tags[0] ?? ''];
    const id = madeIds.get(path.split('/{id}')[0]!) ?? known ?? values['id']!;
    const own: Record<string, string> = { ...values, id, name: 'main' };
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(own[name]!));
    const edits = operation.parameters?.some((p) => p.name === 'if-match') ?? false;
    const answer = await h.send(method.toUpperCase(), url, example, edits ? { 'if-match': '*' } : {});
    // Well-formed, and refused at most because nothing waits for approval or the attempt is made up.
    const accepted =
      answer.status < 300 ||
      (answer.status === 409 && /approve|record|stop/.test(operation.operationId)) ||
      // Nobody was promised a call.
      answer.body.code === 'callback_not_found';
    t.ok(accepted || answer.status === 409, `${operation.operationId}: ${answer.status} ${answer.text}`);
    t.not(answer.status, 400, operation.operationId);
    t.ok(String(answer.status) in operation.responses, `${operation.operationId} tells of ${answer.status}`);
  }
});

t.test('what the server answers is what the document says', async (t) => {
  for (const path of ['/v1/campaigns/spring-renewals', '/v1/agents/ada', '/v1/check?number=%2B12125550143']) {
    const { body, status } = await h.send('GET', path);
    t.equal(status, 200);
    const template = path.split('?')[0]!.replace('spring-renewals', '{id}').replace('/ada', '/{id}');
    const operation = document.paths[template].get as OperationObject;
    const schema = operation.responses['200']!.content!['application/json']!.schema as {
      properties: Json;
      required: string[];
    };
    t.same(
      Object.keys(body).filter((key) => !(key in schema.properties)),
      [],
    );
    t.same(
      schema.required.filter((key) => !(key in body)),
      [],
    );
  }
});

t.test('/docs shows every operation and every error code, and runs nothing from elsewhere', async (t) => {
  const page = await h.send('GET', '/docs', undefined, { authorization: '' });
  t.equal(page.status, 200);
  t.match(page.headers.get('content-type'), /^text\/html/);
  t.match(page.headers.get('content-security-policy'), /default-src 'none'/);
  for (const { operation } of operations) {
    if (operation.operationId !== 'docs')
      t.ok(page.text.includes(`id="${operation.operationId}"`), operation.operationId);
  }
  for (const code of Object.keys(PROBLEMS)) t.ok(page.text.includes(`id="${code}"`), code);
  t.notMatch(page.text, /(src|href)="(https?:)?\/\//);
  t.equal((await h.send('GET', '/docs.css')).status, 200);
});

t.test('the server closes with nothing left open', async (t) => {
  await h.close();
  await t.rejects(fetch(`${h.url}/healthz`));
});
