import t from 'tap';
import { startHarness } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());

const [ADA, BOB, FLORIDA] = ['+12125550161', '+12125550162', '+13055550163'];
const HEADER = 'number,consent,level,purposes,channel,seller,source,evidence,at,expiresAt\n';
const of = (number: string, query = '') => h.send('GET', `/v1/consent/${encodeURIComponent(number)}${query}`);
const file = (type: string, text: string) => h.send('POST', '/v1/consent', text, { 'content-type': type });

t.test('entries have scope, level, proof and times, and the history keeps them all', async (t) => {
  const posted = await h.send('POST', '/v1/consent', {
    entries: [
      {
        number: '(212) 555-0161',
        consent: 'granted',
        level: 'written',
        purposes: ['sales'],
        channel: 'voice',
        seller: 'Acme',
        source: 'web form',
        evidence: 'form 7',
        at: '2026-02-11T09:30:00Z',
        expiresAt: '2030-02-11T09:30:00Z',
      },
      { number: ADA, consent: 'refused', purposes: ['survey'], evidence: 'call 12' },
    ],
  });
  t.same(posted.body, { added: 2, known: 0, rejected: 0, errors: [] });
  t.match((await of(ADA, '?seller=Acme')).body, {
    consent: 'granted',
    level: 'written',
    at: '2026-02-11T09:30:00.000Z',
    expiresAt: '2030-02-11T09:30:00.000Z',
    history: [
      {
        sequence: 1,
        purposes: ['sales'],
        channel: 'voice',
        seller: 'Acme',
        source: 'web form',
        evidence: 'form 7',
      },
      { sequence: 2, consent: 'refused', recordedBy: 'test admin (admin)' },
    ],
  });
  t.equal((await of(ADA)).body.consent, 'none', 'on whose behalf is not said');
  t.equal((await of(ADA, '?purpose=survey')).body.consent, 'refused');
  await h.send('POST', '/v1/campaigns', { id: 'acme', name: 'Acme', pool: 'acme', seller: 'Acme' });
  t.equal((await of(ADA, '?campaign=acme')).body.level, 'written');
});

t.test(
  'a predictive sales call to a state that asks for written consent is possible with it, and not after its revocation',
  async (t) => {
    const check = async () =>
      (await h.send('GET', `/v1/check?number=${encodeURIComponent(FLORIDA ?? '')}&campaign=acme`)).body;
    const without = await check();
    t.equal(without.verdict, 'deny');
    t.ok(
      without.reasons.some(
        ({ rule, pack }: { rule: string; pack: string }) => rule === 'consent' && pack === 'us-fl',
      ),
    );
    const path = `/v1/consent/${encodeURIComponent(FLORIDA ?? '')}`;
    await h.send('PUT', path, { consent: 'granted', evidence: 'call 13' });
    t.ok(
      (await check()).reasons.some(({ rule }: { rule: string }) => rule === 'consent'),
      'express is not enough',
    );
    await h.send('PUT', path, { consent: 'granted', level: 'written', evidence: 'form 8' });
    const consent = (reasons: { rule: string }[]) => reasons.filter(({ rule }) => rule === 'consent');
    t.same(consent((await check()).reasons), []);
    await h.send('PUT', path, { consent: 'refused', evidence: 'letter' });
    t.equal(consent((await check()).reasons).length > 0, true);
  },
);

t.test('a file in CSV is taken line by line, and its bad lines are reported', async (t) => {
  const { status, body } = await file(
    'text/csv',
    `${HEADER}${BOB},granted,written,sales survey,,,shop,"order ""7"", signed",2026-01-05,\n` +
      `${BOB},perhaps,,,,,shop,x,,\n12,granted,,,,,shop,x,,\n\n${BOB},granted,,dancing,,,shop,x,,\n` +
      `${BOB},refused,,,text,,shop,scan 9,2026-01-06T10:00:00+01:00,\n${BOB},granted,,,,,shop,,,\n`,
  );
  t.equal(status, 200);
  t.match(body, {
    added: 2,
    known: 0,
    rejected: 4,
    errors: [
      { line: 3, field: 'consent' },
      { line: 4, field: 'number' },
      { line: 6, field: 'purposes', detail: /"dancing" is none: use sales/ },
      { line: 8, field: 'evidence', detail: /is missing/ },
    ],
  });
  t.match((await of(BOB ?? '')).body, {
    consent: 'granted',
    level: 'written',
    history: [{ evidence: 'order "7", signed' }, {}],
  });
});

t.test('NDJSON is taken, too', async (t) => {
  const line = (entry: object) => `${JSON.stringify(entry)}\n`;
  const { body } = await file(
    'application/x-ndjson',
    line({
      number: BOB,
      consent: 'granted',
      purposes: ['service', 'survey'],
      evidence: 'form 9',
      at: '2026-02-01',
    }) +
      'nonsense\n[]\n' +
      line({ number: BOB, consent: 'granted', evidence: 'x', colour: 'red' }),
  );
  t.match(body, {
    added: 1,
    rejected: 3,
    errors: [
      { line: 2, detail: /not JSON/ },
      { line: 3, detail: /object/ },
      { line: 4, detail: /"colour"/ },
    ],
  });
});

t.test('what is exported can be imported, and adds nothing', async (t) => {
  for (const [format, type] of [
    ['csv', 'text/csv'],
    ['ndjson', 'application/x-ndjson'],
  ] as const) {
    const exported = await h.send('GET', `/v1/consent/export?format=${format}`);
    t.equal(exported.status, 200);
    t.match(exported.headers.get('content-type'), type);
    t.match(exported.headers.get('content-disposition'), `consent.${format}`);
    const lines = exported.text.trim().split('\n').length - (format === 'csv' ? 1 : 0);
    t.ok(lines >= 6);
    t.match((await file(type, exported.text)).body, { added: 0, known: lines, rejected: 0 });
  }
});

t.test('what cannot be taken is refused by name', async (t) => {
  const refused = async (answer: ReturnType<typeof h.send>, code: string, detail: RegExp) => {
    const { status, headers, body } = await answer;
    t.ok(status >= 400 && status < 500);
    t.match(headers.get('content-type'), /^application\/problem\+json/);
    t.match(body, { code, detail });
  };
  const entry = { number: ADA, consent: 'granted', evidence: 'x' };
  const post = (over: object) => h.send('POST', '/v1/consent', { entries: [entry, { ...entry, ...over }] });
  await refused(post({ number: '12' }), 'validation_failed', /entries\[1\]\.number/);
  await refused(
    post({ at: '2099-01-01T00:00:00Z' }),
    'validation_failed',
    /entries\[1\]\.at lies in the future/,
  );
  await refused(
    post({ consent: 'refused', expiresAt: '2099-01-01T00:00:00Z' }),
    'validation_failed',
    /entries\[1\]\.expiresAt/,
  );
  await refused(post({ level: 'strong' }), 'validation_failed', /level is not one of the choices/);
  await refused(file('text/csv', 'number,consent\n'), 'list_invalid', /no column "evidence"/);
  await refused(file('text/csv', 'number,consent,evidence,mood\n'), 'list_invalid', /"mood" is not known/);
  await refused(file('text/csv', ''), 'list_invalid', /empty/);
  await refused(
    file('application/x-ndjson', `{"number":"${'1'.repeat(100_000)}`),
    'list_invalid',
    /longer than/,
  );
  await refused(file('text/html', 'x'), 'media_type_unsupported', /./);
  t.equal((await of(ADA ?? '')).body.history.length, 2, 'nothing of a refused request is kept');
});

t.test('agents record what they are told, and leaders see and bring whole histories', async (t) => {
  const agent = h.as(h.tokens.agent);
  t.equal(
    (await agent('PUT', `/v1/consent/${ADA}`, { consent: 'refused', evidence: 'call 14' })).status,
    200,
  );
  t.equal((await agent('GET', '/v1/consent/export')).status, 403);
  t.equal((await h.as(h.tokens['read-only'])('GET', '/v1/consent/export')).status, 403);
});

t.test('each change is in the audit log, under the number', async (t) => {
  const { items } = await h.store.auditRecords({ number: BOB ?? '', limit: 10 });
  t.ok(items.length >= 2);
  t.match(items[0], { action: 'consent.add', actor: { name: 'test admin' } });
});
