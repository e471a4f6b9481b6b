/**
 * Child process of the crash test: commits intents as fast as it can, several calls at a time, and prints each id
 * once the store has acknowledged it. It runs until it is killed.
 */
import { openSqliteStore } from '../../dialer/store/index.js';
import { contact, intentFor, leaseOf, recordResult, START } from './records.js';

const [file = '', run = ''] = process.argv.slice(2);
const store = await openSqliteStore({ file });
const numbers = (from: number): string => `+1212${String(from).padStart(7, '0')}`;
const contacts = Array.from({ length: 5000 }, (_, index) =>
  contact(index, { externalId: `${run}-${index}`, numbers: [numbers(Number(run) * 5000 + index)] }),
);
await store.addContacts(`run-${run}`, contacts, START);

async function work(): Promise<void> {
  for (;;) {
    const { leads } = await store.leaseLeads(
      leaseOf({ campaignId: `run-${run}`, count: 5, leaseUntil: START + 1e9 }),
    );
    if (leads.length === 0) return;
    for (const lead of leads) {
      const intent = intentFor(lead, { attemptId: `${run}/${lead.contactId}` });
      const [result] = await store.commitIntents([intent], START);
      if (result?.committed !== true) throw new Error(`refused: ${JSON.stringify(result)}`);
      process.stdout.write(`intent ${intent.attemptId}\n`);
      if (Number(lead.contactId.slice(1)) % 2 === 0) continue;
      await store.write([
        recordResult(intent, { state: 'done', reason: 'no-answer' }),
        {
          type: 'event',
          event: { kind: 'attempt-answered', at: START, attemptId: intent.attemptId, campaignId: run },
        },
      ]);
      process.stdout.write(`result ${intent.attemptId}\n`);
    }
  }
}

await Promise.all(Array.from({ length: 20 }, work));
process.stdout.write('finished\n');
