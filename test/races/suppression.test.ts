/** A number is suppressed while it waits in hoppers and retry lists, and while intents on it are being committed. */
import t from 'tap';
import { Floor, raceContact } from './floor.js';

t.setTimeout(300_000);

const NUMBERS = 1_500;
const again = { maximumAttempts: 20, delaySeconds: 0 };

t.test(
  'a number is never originated after it was put on a DNC list or its consent was revoked',
  async (t) => {
    const contacts = Array.from({ length: NUMBERS }, (_, index) => raceContact(index));
    const retry = {
      'no-answer': again,
      busy: again,
      machine: again,
      abandoned: again,
      failed: again,
      rejected: again,
      short: again,
    };
    const floor = await Floor.open({
      engines: 2,
      agents: 100,
      contacts,
      settings: { attemptsPerDay: 20, maximumAttempts: 20, retry },
    });
    t.teardown(() => floor.close());
    await floor.start();
    /** How many calls had been placed when the suppression was confirmed to whoever asked for it. */
    const confirmedAt = new Map<string, number>();
    const suppress = async (index: number): Promise<void> => {
      const number = contacts[index]?.numbers[0] ?? '';
      const at = floor.clock.now();
      // As the HTTP interface does it: the store first, then the engines, then the answer.
      if (index % 3 === 0) {
        await floor.store.addDnc([number], { reason: 'asked by letter', at });
        for (const engine of floor.engines) engine.notify({ type: 'dnc-changed', number, listed: true });
      } else if (index % 3 === 1) {
        for (const campaignId of ['c0', 'c1']) {
          await floor.store.addDnc([number], { campaignId, reason: 'not this offer', at });
          for (const engine of floor.engines)
            engine.notify({ type: 'dnc-changed', number, listed: true, campaignId });
        }
      } else {
        const word = { decision: 'refused', level: 'express', at } as const;
        const entry = { number, source: 'letter', evidence: 'scan 1', recordedBy: 'test', recordedAt: at };
        await floor.store.addConsent([{ ...word, ...entry }]);
        for (const engine of floor.engines) engine.notify({ type: 'consent-changed', number, word });
      }
      confirmedAt.set(number, floor.originated.length);
    };
    // In the order of the list from its end, a few at a time, while both campaigns call from its beginning, again and again.
    while (floor.originated.length < NUMBERS / 4) await new Promise((resolve) => setTimeout(resolve, 5));
    const begun = floor.originated.length;
    for (let index = 0; index < NUMBERS; index += 5) {
      await Promise.all([0, 1, 2, 3, 4].map((offset) => suppress(index + offset)));
      if (index % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const atTheEnd = floor.originated.length;
    await floor.quiet(async () => true);
    t.equal(floor.originated.length, atTheEnd, 'nothing is called when all are suppressed');
    const after = floor.originated.filter(
      ({ number }, place) => place >= (confirmedAt.get(number) ?? Number.POSITIVE_INFINITY),
    );
    t.same(after, []);
    t.ok(atTheEnd - begun > 100, `${atTheEnd - begun} calls were placed meanwhile`);
    for (const campaignId of ['c0', 'c1']) {
      const counts = await floor.store.contactCounts(campaignId);
      t.notOk(counts.some(({ state }) => state === 'leased' || state === 'pending'));
    }
  },
);
