import t from 'tap';
import { fakeService, run } from './support.js';

const OVERVIEW = {
  at: '2026-03-04T17:00:00Z',
  draining: false,
  storeFailed: true,
  switches: [
    { id: 'fs1', connected: true, channels: 7 },
    { id: 'fs2', connected: false, channels: 0 },
  ],
  agents: { ready: 2, talking: 5, paused: 0 },
  campaigns: [
    {
      id: 'spring',
      status: 'running',
      stage: 'pilot',
      inFlight: 3,
      talking: 5,
      open: 120,
      diagnosis: 'Dialling: 3 lines out, 5 talking.',
    },
  ],
  campaignsInAll: 4,
};

t.test('status shows agents, switches and campaigns, and what is wrong first', async (t) => {
  const service = await fakeService(t, () => ({ status: 200, body: OVERVIEW }));
  const { code, out, err } = await run(['status'], { environment: service.environment });
  t.equal(code, 0, err);
  t.equal(service.received[0]?.url, '/v1/overview');
  const lines = out.split('\n');
  t.equal(lines[0], 'The store refuses writes: nothing new is dialled.');
  t.equal(lines[1], 'agents: 2 ready, 5 talking');
  t.equal(lines[2], 'switch fs1: connected, 7 channels');
  t.equal(lines[3], 'switch fs2: NO LINK');
  t.match(out, /spring +pilot +running +3 +5 +120 +Dialling: 3 lines out, 5 talking\./);
  t.match(out, 'and 3 more: tactus campaign list');
  const json = await run(['status', '--json'], { environment: service.environment });
  t.same(JSON.parse(json.out), OVERVIEW);
});

t.test('an interval that is none is refused', async (t) => {
  t.match(await run(['status', '--watch', '0']), { code: 1, err: /Must be 1–3600 s/ });
});
