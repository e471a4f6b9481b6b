import t from 'tap';
import { run } from '../cli/support.js';
import { placeCall } from './calls.js';
import { startHarness } from './harness.js';

const h = await startHarness();
t.teardown(() => h.close());

t.test(
  'the evidence of an attempt tells the permit, the checks, what happened and what it counts',
  async (t) => {
    const number = '+12125550143';
    await h.send('PUT', `/v1/consent/${number}`, { consent: 'granted', evidence: 'form 17' });
    const id = await placeCall(h, 'spring', number);
    const { status, body } = await h.send('GET', `/v1/attempts/${id}/evidence`);
    t.equal(status, 200);
    const attempt = (await h.store.attempt(id))!;
    t.match(body, {
      attemptId: id,
      number,
      decision: {
        at: new Date(attempt.permit.issuedAt).toISOString(),
        purpose: 'sales',
        jurisdictions: ['US', 'US-NY'],
        local: [{ zone: 'America/New_York', time: 'Mon 11:00' }],
        consentRecord: { sequence: 1, decision: 'granted', level: 'express', evidence: 'form 17' },
        attempts24h: 0,
      },
      commit: { caps: attempt.caps.map(({ max, seconds }) => ({ max, seconds, before: 0 })) },
      ledger: [{ law: 'us-federal/abandon', answers: 1, abandoned: 0, machines: 0 }],
    });
    t.same(body.permit, attempt.permit, 'the permit is given as it is stored');
    t.ok(
      body.decision.rules.some(
        (r: { pack: string; title: string }) => r.pack === 'us-federal' && r.title !== r.pack,
      ),
    );
    t.match(body.timeline[0].what, 'the intent was made durable');
    t.match(body.timeline.at(-1).what, /an agent was put through/);
    t.ok(
      body.sentences.some((sentence: string) =>
        /in force, given at .* proof: form 17; record 1/.test(sentence),
      ),
    );
    await h.send('PUT', `/v1/consent/${number}`, { consent: 'refused', evidence: 'letter 3' });
    const later = (await h.send('GET', `/v1/attempts/${id}/evidence`)).body;
    t.same(later.decision.consentRecord, body.decision.consentRecord, 'what was said later changes nothing');
    const times = body.timeline.map((entry: { at: string }) => entry.at);
    t.same(times, [...times].sort());
    t.match(body.changes, [{ action: 'consent.set', by: 'test admin (admin)' }]);
    for (const part of [
      /found lawful for campaign spring/,
      /New_York \(Mon 11:00\)/,
      /^Rules applied: .*, version .*calling window/,
      /was made durable/,
    ])
      t.ok(
        body.sentences.some((sentence: string) => part.test(sentence)),
        String(part),
      );
    t.ok(body.commit.checks.some((check: string) => /^0 of at most \d+ attempts in 24 h/.test(check)));
  },
);

t.test('an attempt that is not known has no evidence, and read-only keys see no number', async (t) => {
  t.equal((await h.send('GET', '/v1/attempts/none/evidence')).status, 404);
  const id = (await h.send('GET', '/v1/attempts')).body.items[0].id;
  const { body, status } = await h.as(h.tokens['read-only'])('GET', `/v1/attempts/${id}/evidence`);
  t.equal(status, 200);
  t.notMatch(JSON.stringify(body), /2125550143/);
  t.equal((await h.as(h.tokens.agent)('GET', `/v1/attempts/${id}/evidence`)).status, 403);
});

t.test('tactus evidence shows the same', async (t) => {
  const id = (await h.send('GET', '/v1/attempts')).body.items[0].id;
  const environment = { TACTUS_URL: h.url, TACTUS_KEY: h.tokens.operator };
  const { out, code } = await run(['evidence', id], { environment });
  t.equal(code, 0);
  t.match(out, /found lawful for campaign spring[\s\S]*checked again[\s\S]*WHAT HAPPENED/);
});
