import fc from 'fast-check';
import t from 'tap';
import { createPacer, PacerOptionError, type PacingSnapshot, pacerNames } from '../../pacing/index.js';

const empty: PacingSnapshot = {
  now: 0,
  agentsReady: 0,
  agentsTalking: 0,
  agentsWrap: 0,
  agentsTotal: 0,
  talkingSince: [],
  wrapSince: [],
  inFlight: [],
  inFlightCount: 0,
  waitingAnswered: 0,
  maxChannelsLeft: Number.POSITIVE_INFINITY,
  cpsBudget: Number.POSITIVE_INFINITY,
};
const snapshot = (over: Partial<PacingSnapshot>): PacingSnapshot => ({ ...empty, ...over });

t.test('progressive places one line per ready agent that no line is on its way to', (t) => {
  const pacer = createPacer('progressive');
  t.equal(pacer.callsToPlace(snapshot({ agentsReady: 5, inFlightCount: 2, waitingAnswered: 1 })), 2);
  t.equal(pacer.callsToPlace(snapshot({ agentsReady: 1, inFlightCount: 4 })), 0);
  t.equal(pacer.explain().limit, 'agents');
  t.end();
});

t.test('ratio places its lines per ready agent, rounded on the total', (t) => {
  const pacer = createPacer('ratio', { linesPerAgent: 2.5 });
  t.equal(pacer.callsToPlace(snapshot({ agentsReady: 3 })), 8);
  t.equal(pacer.callsToPlace(snapshot({ agentsReady: 3, inFlightCount: 8 })), 0);
  t.end();
});

t.test('preview offers no second contact to an agent who has one on the screen', (t) => {
  const pacer = createPacer('preview');
  t.equal(pacer.callsToPlace(snapshot({ agentsReady: 3, previewsOpen: 2 })), 1);
  t.end();
});

t.test('agents held for inbound calls are not dialled for', (t) => {
  t.equal(createPacer('progressive').callsToPlace(snapshot({ agentsReady: 3, agentsHeld: 2 })), 1);
  t.end();
});

t.test('agentless spreads its calls per minute evenly and does not catch up after a pause', (t) => {
  const pacer = createPacer('agentless', { callsPerMinute: 60 });
  let placed = 0;
  for (let i = 0; i <= 240; i++) placed += pacer.callsToPlace(snapshot({ now: i * 0.25 })) as number;
  t.ok(placed >= 60 && placed <= 61, `${placed} calls in a minute`);
  t.equal(pacer.callsToPlace(snapshot({ now: 1000 })), 1);
  t.equal(pacer.explain().limit, 'lines');
  t.end();
});

t.test('agentless holds its number of lines', (t) => {
  t.equal(createPacer('agentless', { lines: 30 }).callsToPlace(snapshot({ inFlightCount: 12 })), 18);
  t.throws(() => createPacer('agentless'), PacerOptionError);
  t.end();
});

t.test('channels, calls per second, the hopper and blindness cut the lines and are named', (t) => {
  const pacer = createPacer('progressive');
  const ready = { agentsReady: 10 };
  t.equal(pacer.callsToPlace(snapshot({ ...ready, maxChannelsLeft: 4 })), 4);
  t.equal(pacer.explain().limit, 'channels');
  t.equal(pacer.callsToPlace(snapshot({ ...ready, cpsBudget: 3 })), 3);
  t.equal(pacer.explain().limit, 'cps');
  t.equal(pacer.callsToPlace(snapshot({ ...ready, hopper: [{ lead: 1 }] })), 1);
  t.equal(pacer.explain().limit, 'hopper');
  t.equal(pacer.callsToPlace(snapshot({ ...ready, blind: true })), 0);
  t.equal(pacer.explain().limit, 'blind');
  t.end();
});

t.test('progressive and ratio never touch the arrays of the snapshot', (t) => {
  const lazy: PacingSnapshot = Object.defineProperties(
    { ...empty, agentsReady: 3 },
    Object.fromEntries(
      ['talkingSince', 'wrapSince', 'inFlight'].map((name) => [
        name,
        {
          get() {
            throw new Error(`${name} was read`);
          },
        },
      ]),
    ),
  );
  for (const name of ['progressive', 'ratio']) t.doesNotThrow(() => createPacer(name).callsToPlace(lazy));
  t.end();
});

t.test('an unknown pacer or an option out of range is refused with the field and the remedy', (t) => {
  t.throws(() => createPacer('fast'), /pacer fast is unknown: use one of/);
  t.throws(() => createPacer('toString'), /unknown/);
  t.throws(
    () => createPacer('ratio', { linesPerAgent: 0 }),
    /linesPerAgent is 0: give a number from 1 to 100/,
  );
  t.throws(() => createPacer('progressive', { targetAbandonRatio: Number.NaN }), /targetAbandonRatio/);
  t.end();
});

t.test('every method answers an integer of at least 0 within channels and calls per second', (t) => {
  const counts = fc.nat({ max: 2000 });
  for (const name of pacerNames) {
    const property = fc.property(
      counts,
      counts,
      counts,
      counts,
      counts,
      (agentsReady, inFlightCount, waitingAnswered, channels, cps) => {
        const pacer = createPacer(name, { lines: 500 });
        const inFlight = Array.from({ length: inFlightCount }, (_, id) => ({
          id,
          placedAt: -5,
          ringingAt: null,
        }));
        const s = snapshot({
          agentsReady,
          agentsTotal: agentsReady,
          inFlight,
          inFlightCount,
          waitingAnswered,
          maxChannelsLeft: channels,
          cpsBudget: cps,
        });
        const n = pacer.callsToPlace(s);
        return typeof n === 'number' && Number.isInteger(n) && n >= 0 && n <= channels && n <= cps;
      },
    );
    t.doesNotThrow(() => fc.assert(property, { numRuns: 100 }), name);
  }
  t.end();
});
