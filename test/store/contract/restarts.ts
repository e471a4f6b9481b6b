import type { WriteEffect } from '../../../dialer/core/effects.js';
import type { Lead } from '../../../dialer/core/model.js';
import { StoreError } from '../../../dialer/store/errors.js';
import {
  agent,
  campaign,
  contact,
  contacts,
  HOUR,
  intentFor,
  leaseOf,
  recordResult,
  START,
} from '../records.js';
import { attempt, commit, LATER, leaseOne, type StoreTest } from './support.js';

export function bootTests(test: StoreTest): void {
  test('an empty store boots with an installation of its own', async (t, store) => {
    const boot = await store.boot(START);
    t.match(boot.installation, /^[0-9a-f]{8}$/);
    t.same(
      { ...boot, installation: '' },
      {
        installation: '',
        campaigns: [],
        agents: [],
        emergencyAreas: [],
        switchDrains: [],
        openAttempts: [],
        ledger: [],
        learned: [],
        watches: [],
        callerIdPools: [],
        callerIds: [],
      },
    );
    t.equal((await store.boot(START)).installation, boot.installation);
  });

  test('switches that are out of service, and the emergency stop, are there at the next start', async (t, store) => {
    const drain = { switchId: 'east', since: START, by: 'ann', reason: 'new release', moveAgents: true };
    const stop = { since: START, by: 'ann', reason: 'wrong list' };
    await store.write([
      { type: 'save-switch-drain', switchId: 'west', drain: { ...drain, switchId: 'west' } },
      { type: 'save-switch-drain', switchId: 'east', drain: { ...drain, reason: 'first' } },
      { type: 'save-switch-drain', switchId: 'east', drain },
      { type: 'save-emergency-stop', stop },
    ]);
    const held = await store.boot(START);
    t.same(held.switchDrains, [drain, { ...drain, switchId: 'west' }]);
    t.same(held.emergencyStop, stop);
    await store.write([
      { type: 'save-switch-drain', switchId: 'east' },
      { type: 'save-switch-drain', switchId: 'east' },
      { type: 'save-emergency-stop' },
    ]);
    const lifted = await store.boot(START);
    t.same(
      lifted.switchDrains.map(({ switchId }) => switchId),
      ['west'],
    );
    t.equal(lifted.emergencyStop, undefined);
  });

  test('calls that showed a number of a pool since its uses were saved are there at the next start', async (t, store) => {
    const ownNumbers = ['+12125550191', '+12125550192'];
    const savePool = (id: string, numbers: readonly string[]) =>
      store.saveDocument({
        kind: 'caller-id-pool',
        id,
        body: { name: id, numbers: numbers.map((number) => ({ number })) },
        at: START,
      });
    await savePool('east', ownNumbers);
    await savePool('west', ['+13105550191']);
    t.same((await store.boot(START)).callerIds, [{ pool: 'east' }, { pool: 'west' }], 'nothing was called');
    const saved = START + HOUR;
    const show = async (callerId: string, at: number, campaignId: string, index: number) => {
      await store.addContacts(campaignId, [contact(index)], START);
      const intent = intentFor(await leaseOne(store, { campaignId, now: at }), { callerId });
      t.equal((await commit(store, intent)).committed, true);
      return intent;
    };
    const [first = '', second = ''] = ownNumbers;
    await show(first, saved - 1, 'spring', 0);
    await show(first, saved, 'autumn', 1);
    const taken = await show(second, saved + 1, 'spring', 2);
    await store.write([recordResult(taken, LATER, 'not-dialed')]);
    await show('+13105550191', saved + 2, 'autumn', 3);
    const ended = await show(second, saved + 3, 'spring', 4);
    await store.write([recordResult(ended, LATER, 'no-answer')]);
    await show('+12125550199', saved + 4, 'autumn', 5);
    const save = (pool: string, at: number): WriteEffect => ({
      type: 'save-caller-ids',
      at,
      snapshot: { pool, uses: `{"of":"${pool}"}` },
    });
    await store.write([save('east', saved), save('west', saved + 3)]);
    t.same((await store.boot(saved + 10)).callerIds, [
      {
        pool: 'east',
        uses: '{"of":"east"}',
        since: [
          { number: first, at: saved },
          { number: second, at: saved + 3 },
        ],
      },
      { pool: 'west', uses: '{"of":"west"}' },
    ]);
  });

  test('campaigns and agents come back as they were last saved', async (t, store) => {
    const paused = campaign('spring', { status: 'paused', reason: 'lunch' });
    await store.write([
      { type: 'save-campaign', campaign: campaign('spring') },
      { type: 'save-campaign', campaign: campaign('autumn') },
      { type: 'save-agent', agent: agent('ann') },
      { type: 'save-campaign', campaign: paused },
      { type: 'save-agent', agent: agent('ann', { state: 'ready' }) },
    ]);
    const boot = await store.boot(START);
    const byId = [...boot.campaigns].sort((a, b) => a.settings.id.localeCompare(b.settings.id));
    t.same(byId, [campaign('autumn'), paused]);
    t.same(boot.agents, [agent('ann', { state: 'ready' })]);
  });

  test('a restart ends the leases of the run before and gives up waiting for dispositions', async (t, store) => {
    await store.addContacts('spring', contacts(5), START);
    await attempt(store, { state: 'pending' }, 'connected');
    await attempt(store, { state: 'callback', dueAt: START, agentId: 'ann' }, 'connected');
    const { leads } = await store.leaseLeads(leaseOf({ count: 3, readyAgents: ['ann'] }));
    t.equal(leads[0]?.callbackAgent, 'ann');
    const calling = intentFor(leads[1] as Lead);
    await commit(store, calling);
    t.same(
      (await store.boot(START + 1)).openAttempts.map((each) => each.attemptId),
      [calling.attemptId],
    );
    const { items } = await store.contacts({ campaignId: 'spring', limit: 10 });
    t.same(
      items.map((item) => `${item.state} ${item.doneReason}`.trim()),
      ['done no-disposition', 'callback', 'leased', 'open', 'open'],
    );
    t.equal((await store.leaseLeads(leaseOf())).leads.length, 2);
    await store.write([recordResult(calling, LATER, 'unknown')]);
    t.match(await store.contact(calling.contactId), { state: 'open', attempts: 1, lastOutcome: 'unknown' });
  });

  test('a ready store says so, and a closed one rejects every call', async (t, store) => {
    await store.check();
    await store.close();
    await store.close();
    for (const call of [store.check(), store.lastEvent(), store.write([]), store.boot(START)]) {
      await t.rejects(Promise.resolve<unknown>(call) as Promise<never>, { code: 'store_closed' });
    }
    t.ok(await store.check().catch((error: unknown) => error instanceof StoreError));
  });
}
