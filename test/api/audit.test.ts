import t from 'tap';
import { type AuditRecord, ChainCheck, hashOfRecord } from '../../dialer/audit/index.js';
import { startHarness, withMethod } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());

async function records(query = ''): Promise<AuditRecord[]> {
  const { body, status } = await h.send('GET', `/v1/audit?limit=500${query}`);
  if (status !== 200) throw new Error(`${status}`);
  return body.items;
}

/** The records that the call leaves. */
async function leaves(call: () => Promise<unknown>): Promise<AuditRecord[]> {
  const before = (await h.store.auditHead()).sequence;
  await call();
  const { items } = await h.store.auditRecords({ limit: 50, oldestFirst: true, cursor: String(before) });
  return [...items];
}

t.test('each write leaves one record, with who did it, before and after', async (t) => {
  const operator = h.as(h.tokens.operator);
  const [created] = await leaves(() => operator('POST', '/v1/campaigns', { id: 'spring', name: 'Spring' }));
  t.match(created, {
    action: 'campaign.create',
    actor: { kind: 'key', name: 'test operator', role: 'operator' },
    subject: { kind: 'campaign', id: 'spring' },
    after: { name: 'Spring', attemptsPerDay: 3 },
  });
  const [updated, ...more] = await leaves(() =>
    operator('PUT', '/v1/campaigns/spring', { name: 'Spring', attemptsPerDay: 2 }, { 'if-match': '*' }),
  );
  t.match(updated, {
    action: 'campaign.update',
    before: { attemptsPerDay: 3 },
    after: { attemptsPerDay: 2 },
  });
  t.same(more, []);
  const [login] = await leaves(() =>
    h.send('POST', '/v1/agents/ada/login', { tier: 'expert', endpoint: 'user/1', ready: false }),
  );
  t.match(login, { action: 'agent.login', before: { state: 'offline' }, after: { state: 'connecting' } });
  const added = await leaves(() =>
    h.send('POST', '/v1/campaigns/spring/contacts', [{ numbers: ['+12125550143'] }]),
  );
  t.match(added, [{ action: 'contacts.add', result: { added: 1, duplicates: 0 } }]);
  for (const [command, before, after] of [
    ['start', { status: 'draft' }, { status: 'running' }],
    ['pause', { status: 'running' }, { status: 'paused' }],
    ['halt', { status: 'paused' }, { status: 'halted' }],
    ['resume', { status: 'halted' }, { status: 'running' }],
    ['stop', { status: 'running' }, { status: 'stopped' }],
  ] as const) {
    const found = (
      await leaves(() => h.send('POST', `/v1/campaigns/spring/${command}`, { reason: `why ${command}` }))
    ).filter((record) => record.actor.kind === 'key');
    t.equal(found.length, 1, command);
    t.match(found[0], { action: `campaign.${command}`, reason: `why ${command}`, after });
    t.match(found[0], { before });
  }
  t.same(await leaves(() => h.as(h.tokens.agent)('POST', '/v1/agents/ada/ready')), [], 'their own doing');
  const [out] = await leaves(() => h.send('POST', '/v1/agents/ada/logout'));
  t.match(out, {
    action: 'agent.logout',
    subject: { kind: 'agent', id: 'ada' },
    after: { state: 'offline' },
  });
  const [issued] = await leaves(() => h.send('POST', '/v1/keys', { name: 'wallboard', role: 'read-only' }));
  t.match(issued, { action: 'key.create', after: { name: 'wallboard', role: 'read-only' } });
  const [revoked] = await leaves(() => h.send('DELETE', `/v1/keys/${issued?.subject.id}`));
  t.match(revoked, { action: 'key.revoke', before: { revoked: false }, after: { revoked: true } });
});

t.test('numbers are found, but not written out', async (t) => {
  const number = '+12125550177';
  const [listed] = await leaves(() => h.send('POST', '/v1/dnc', { numbers: [number], reason: 'Mr X asked' }));
  t.match(listed, { action: 'dnc.add', numbers: [{ ends: '77' }], after: { list: 'internal' }, result: 1 });
  await h.send('PUT', `/v1/consent/${number}`, { consent: 'granted', evidence: 'form of Mr X' });
  await h.send('DELETE', `/v1/dnc/${number}`);
  t.same(
    await leaves(() => h.send('DELETE', `/v1/dnc/${number}`)),
    [],
    'what changes nothing is not recorded',
  );
  const found = await records(`&number=${encodeURIComponent(number)}`);
  t.same(
    found.map((record) => record.action),
    ['dnc.remove', 'consent.set', 'dnc.add'],
  );
  t.match(found[1], { before: { consent: 'none' }, after: { consent: 'granted' } });
  const all = JSON.stringify(await records());
  t.notMatch(all, /2125550177|Mr X/);
});

t.test('a list that is imported is recorded before its first contact, and at its end', async (t) => {
  const csv = 'phone\n+12125550150\nnonsense\n';
  const { body } = await h.send('POST', '/v1/campaigns/spring/contacts', csv, { 'content-type': 'text/csv' });
  const about = async () => records(`&subject=import:${body.id}&order=oldest-first`);
  for (let i = 0; i < 200 && (await about()).length < 2; i += 1) await new Promise((r) => setTimeout(r, 20));
  t.match(await about(), [
    { action: 'list.import', actor: { name: 'test admin' }, after: { campaignId: 'spring' } },
    { action: 'list.imported', after: { state: 'completed', added: 1, rejected: 1 } },
  ]);
});

t.test('a request that is refused, or repeated with its Idempotency-Key, leaves no record', async (t) => {
  t.same(await leaves(() => h.send('POST', '/v1/campaigns/spring/resume', {})), []);
  t.same(await leaves(() => h.send('POST', '/v1/campaigns', { id: 'spring', name: 'again' })), []);
  const once = () =>
    h.send('POST', '/v1/dnc', { numbers: ['+12125550178'], reason: 'r' }, { 'idempotency-key': 'k1' });
  t.equal((await leaves(once)).length, 1);
  t.equal((await leaves(once)).length, 0);
});

t.test('the answers and the export hold the chain, and its head ends it', async (t) => {
  const { text, headers } = await h.send('GET', '/v1/audit/export');
  t.match(headers.get('content-type'), 'application/x-ndjson');
  const exported = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditRecord);
  const listed = (await records()).reverse();
  t.same(exported, listed);
  const check = new ChainCheck();
  for (const record of exported) t.equal(check.next(record), undefined);
  const { body: head } = await h.send('GET', '/v1/audit/head');
  t.equal(check.end(head), undefined);
  t.equal(hashOfRecord(exported[0]!), exported[0]?.hash);
  const paused = await h.send('GET', '/v1/audit/export?action=campaign.pause');
  t.equal(paused.text.trimEnd().split('\n').length, (await records('&action=campaign.pause')).length);
});

t.test('the log is for those who audit, and bad filters are refused', async (t) => {
  for (const role of ['operator', 'agent', 'read-only'] as const) {
    for (const path of ['/v1/audit', '/v1/audit/head', '/v1/audit/export'])
      t.equal((await h.as(h.tokens[role])('GET', path)).status, 403, `${role} ${path}`);
  }
  t.equal((await h.as(h.tokens.supervisor)('GET', '/v1/audit')).status, 200);
  for (const query of ['cursor=x', 'from=yesterday', 'number=12', 'subject=A', 'order=up', 'who=me']) {
    const { status, body } = await h.send('GET', `/v1/audit?${query}`);
    t.equal(status, 400, query);
    t.match(body.errors?.[0]?.field, new RegExp(query.split('=')[0]!), query);
  }
});

t.test('a change that cannot be recorded is not made', async (t) => {
  const broken = await startHarness({}, (engine) =>
    withMethod(
      engine,
      'store' as never,
      new Proxy(engine.store, {
        get(target, property) {
          if (property === 'audited') return () => Promise.reject(new Error('no space'));
          const value: unknown = Reflect.get(target, property, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }) as never,
    ),
  );
  const answer = await broken.send('POST', '/v1/dnc', { numbers: ['+12125550143'], reason: 'r' });
  t.equal(answer.status, 500);
  t.equal((await broken.store.isDnc('+12125550143')).internal, false);
  await broken.close();
});
