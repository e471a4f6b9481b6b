import t from 'tap';
import { numberClassesOf } from '../../dialer/lists/number-classes.js';
import { MemoryStoreCore } from '../../dialer/store/memory/memory-store-core.js';
import { scenarioFrom } from '../../sim/index.js';
import { runSimulation } from '../../sim/virtual/simulation.js';
import { carryOut } from '../../sim/virtual/virtual-store.js';
import { contact, leaseOf, START } from '../store/records.js';

t.test('a virtual engine is told what kinds of number its leads have, as a live one is', async (t) => {
  const store = new MemoryStoreCore();
  const numbers = ['+449098790001', '+447400123456', '+12125550143'];
  store.addContacts(
    'spring',
    numbers.map((number, i) => contact(i, { numbers: [number] })),
    START,
  );
  const answer = carryOut(store, leaseOf({ count: 10 }), START);
  if (answer.type !== 'leads-leased') throw new Error(answer.type);
  t.same(
    answer.leads.map(({ numbers }) => numbers.map(({ e164, classes }) => [e164, classes])),
    numbers.map((number) => [[number, numberClassesOf(number)]]),
  );
  t.same(
    numbers.map((number) => numberClassesOf(number)),
    [['premium'], ['mobile'], ['fixed', 'mobile']],
  );
});

t.test('every lead of a simulated campaign is looked up', async (t) => {
  let leads = 0;
  let unknown = 0;
  const result = runSimulation({
    scenario: scenarioFrom({}),
    agents: 5,
    hours: 0.2,
    seed: 'classes',
    observeInput: (input) => {
      if (input.type !== 'leads-leased') return;
      for (const { numbers } of input.leads) {
        leads += 1;
        if (numbers.some(({ classes }) => classes === undefined)) unknown += 1;
      }
    },
  });
  t.ok(leads > 20, `${leads} leads`);
  t.equal(unknown, 0);
  t.equal(result.refusals['number_class'] ?? 0, 0, 'its invented numbers are ordinary ones');
});
