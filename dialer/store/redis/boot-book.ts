/** What a restart begins with. */
import { randomBytes } from 'node:crypto';
import type { AgentSession, CampaignRecord, EpochMilliseconds } from '../../core/model.js';
import type { BootState } from '../port.js';
import { NO_DISPOSITION } from '../rules.js';
import type { AttemptBook } from './attempt-book.js';
import { ContactChanges, readContacts } from './contact-changes.js';
import { closeContact, unlease } from './contact-state.js';
import type { RedisContext } from './context.js';
import { bootDocuments } from './engine-documents.js';
import type { LedgerBook } from './ledger-book.js';
import { Registry } from './registry.js';
import type { SampleBook } from './sample-book.js';
import { Transaction, untilCommitted } from './transaction.js';

/** Contacts that are opened or closed in one transaction. */
const CHANGED_AT_ONCE = 500;

export class BootBook {
  readonly #context: RedisContext;
  readonly #attempts: AttemptBook;
  readonly #ledger: LedgerBook;
  readonly #samples: SampleBook;

  constructor(context: RedisContext, attempts: AttemptBook, ledger: LedgerBook, samples: SampleBook) {
    this.#context = context;
    this.#attempts = attempts;
    this.#ledger = ledger;
    this.#samples = samples;
  }

  async boot(now: EpochMilliseconds): Promise<BootState> {
    const { connection, keys, directory, redo, documents, registryKeys } = this.#context;
    await redo.recover(0);
    const campaignIds = await directory.campaignIds();
    for (const id of campaignIds) {
      await this.#samples.finish(id);
      await this.#each(id, 'leased');
      await this.#each(id, 'pending');
    }
    await connection.call('set', keys.global('installation'), randomBytes(4).toString('hex'), 'NX');
    const values = async (name: string): Promise<string[]> =>
      (await connection.call('hvals', keys.global(name))) as string[];
    const [installation, campaigns, agents, learned, open, ledger, areas, kept, watches] = await Promise.all([
      connection.call('get', keys.global('installation')),
      values('campaigns'),
      values('agents'),
      connection.fields(keys.global('learned')),
      this.#attempts.open(),
      this.#ledger.needed(now),
      new Registry(connection, registryKeys).emergencyAreas(),
      bootDocuments(documents, this.#attempts),
      this.#watches(),
    ]);
    return {
      installation: String(installation),
      campaigns: campaigns.map((text) => JSON.parse(text) as CampaignRecord),
      agents: agents.map((text) => JSON.parse(text) as AgentSession),
      openAttempts: open.map(({ intent }) => ({ ...intent, state: 'intended' })),
      ledger,
      emergencyAreas: areas,
      ...kept,
      learned: Array.from(learned, ([pool, snapshot]) => ({ pool, snapshot })).sort((a, b) =>
        a.pool < b.pool ? -1 : 1,
      ),
      watches,
    };
  }

  async #watches(): Promise<BootState['watches']> {
    const { connection, keys } = this.#context;
    const ids = ((await connection.call('smembers', keys.global('watched'))) as string[]).sort();
    const texts = await Promise.all(ids.map((id) => connection.call('get', keys.campaign(id, 'watch'))));
    return ids.flatMap((campaignId, i) => {
      const snapshot = texts[i] as string | null;
      return snapshot === null ? [] : [{ campaignId, snapshot }];
    });
  }

  /** Ends the leases of the run before, or gives up waiting for its dispositions. */
  async #each(campaignId: string, name: 'leased' | 'pending'): Promise<void> {
    const { connection, keys, fences } = this.#context;
    const key = keys.campaign(campaignId, name);
    let changed: number;
    do {
      changed = await untilCommitted(async () => {
        const places = (await connection.call('zrange', key, 0, CHANGED_AT_ONCE - 1)) as string[];
        if (places.length === 0) return 0;
        const transaction = fences.guard(new Transaction(connection), campaignId);
        const changes = new ContactChanges(this.#context, transaction, campaignId);
        for (const work of await readContacts(this.#context, campaignId, places.map(Number))) {
          if (work?.before.state !== name) return undefined;
          if (name === 'leased') unlease(work);
          else closeContact(work, NO_DISPOSITION);
          changes.save(work);
        }
        return (await changes.flush().commit()).outcome === 'ok' ? places.length : undefined;
      });
    } while (changed > 0);
  }
}
