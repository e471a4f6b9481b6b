/** What every store must do: one suite, run against each backend. */
import t from 'tap';
import type { Store } from '../../dialer/store/port.js';
import { agentDeskTests } from './contract/agent-desk.js';
import { auditTests } from './contract/audit.js';
import { consentTests } from './contract/consent.js';
import { documentTests } from './contract/documents.js';
import { historyTests } from './contract/history.js';
import { intentTests } from './contract/intents.js';
import { journalTests } from './contract/journal.js';
import { leaseTests } from './contract/leases.js';
import { ledgerTests } from './contract/ledger.js';
import { listTests } from './contract/lists.js';
import { recordTests } from './contract/records.js';
import { registryTests } from './contract/registries.js';
import { bootTests } from './contract/restarts.js';
import { resultTests } from './contract/results.js';
import { sampleTests } from './contract/samples.js';
import type { StoreTest, Tap } from './contract/support.js';
import { webhookTests } from './contract/webhooks.js';

/**
 * Runs the suite; `open` gives an empty store each time.
 *
 * @param notYet titles that the store does not come up to yet; one that is not of the suite fails it
 */
export function storeContract(
  name: string,
  open: (t: Tap) => Promise<Store>,
  notYet: readonly string[] = [],
): void {
  const left = new Set(notYet);
  const test: StoreTest = (title, body) => {
    if (left.delete(title)) return;
    t.test(`${name}: ${title}`, async (t) => {
      const store = await open(t);
      t.teardown(() => store.close());
      await body(t, store);
    });
  };
  listTests(test);
  sampleTests(test);
  leaseTests(test);
  agentDeskTests(test);
  intentTests(test);
  consentTests(test);
  historyTests(test);
  resultTests(test);
  ledgerTests(test);
  registryTests(test);
  journalTests(test);
  auditTests(test);
  recordTests(test);
  webhookTests(test);
  documentTests(test);
  bootTests(test);
  for (const title of left)
    t.test(`${name}: ${title}`, async (t) => t.fail('there is no such test in the suite'));
}
