/**
 * Live engines on one store, each with a campaign of its own and agents who are always ready, and a switch on which every
 * call is busy at once. Engines share nothing but the store, so that what they race for is decided there.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../dialer/clock.js';
import type { TelephonyEffect } from '../../dialer/core/effects.js';
import type { TelephonyInput } from '../../dialer/core/inputs.js';
import type { CampaignSettings } from '../../dialer/core/model.js';
import type { Engine } from '../../dialer/engine.js';
import { startLiveEngine } from '../../dialer/live-engine.js';
import type { NewContact, Store } from '../../dialer/store/port.js';
import { openSqliteStore } from '../../dialer/store/sqlite/sqlite-store.js';
import type { SwitchStatistics, Telephony } from '../../dialer/telephony/port.js';
import { noon, settings } from '../core/harness.js';

/** Every agent's leg is up at once, every call is busy at once. */
class BusySwitch implements Telephony {
  readonly switchIds = ['fs'];
  readonly #originated: (number: string) => void;
  #report: (input: TelephonyInput) => void = () => undefined;

  constructor(originated: (number: string) => void) {
    this.#originated = originated;
  }

  start(report: (input: TelephonyInput) => void): void {
    this.#report = report;
    report({ type: 'switch-up', switchId: 'fs', instanceId: 'one', channels: [], requestedAt: noon });
  }

  perform(effect: TelephonyEffect): void {
    if (effect.type !== 'dial-agent' && effect.type !== 'originate') return;
    const { switchId, channelId } = effect;
    if (effect.type === 'originate') this.#originated(effect.number);
    const input: TelephonyInput =
      effect.type === 'dial-agent'
        ? { type: 'channel-answered', switchId, channelId }
        : {
            type: 'channel-ended',
            switchId,
            channelId,
            cause: 'USER_BUSY',
            answered: false,
            progressed: true,
          };
    setImmediate(() => this.#report(input));
  }

  async stop(): Promise<void> {}

  statistics(): readonly SwitchStatistics[] {
    return [];
  }
}

export interface FloorOptions {
  readonly engines: number;
  readonly agents: number;
  readonly contacts: readonly NewContact[];
  /** The list of an engine's campaign, in its order; absent: the contacts as they are. */
  readonly listOf?: (contacts: readonly NewContact[], engine: number) => readonly NewContact[];
  readonly settings: Partial<CampaignSettings>;
}

export class Floor {
  readonly store: Store;
  readonly engines: Engine[] = [];
  /** Numbers in the order in which they were originated, by campaign. */
  readonly originated: { readonly campaignId: string; readonly number: string }[] = [];
  readonly clock: Clock;
  readonly #folder: string;

  private constructor(store: Store, clock: Clock, folder: string) {
    this.store = store;
    this.clock = clock;
    this.#folder = folder;
  }

  /** Engines with their campaigns running: `c0`, `c1` … */
  static async open(options: FloorOptions): Promise<Floor> {
    const began = performance.now();
    const now = () => Math.floor(noon + (performance.now() - began));
    const clock: Clock = {
      now,
      after(milliseconds, callback) {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
    };
    const folder = await mkdtemp(join(tmpdir(), 'tactus-races-'));
    const store = await openSqliteStore({ file: join(folder, 'store.db'), clock: now });
    const floor = new Floor(store, clock, folder);
    for (let index = 0; index < options.engines; index++) await floor.#engine(index, options);
    return floor;
  }

  async #engine(index: number, options: FloorOptions): Promise<void> {
    const { store, clock } = this;
    const { agents, settings: over, listOf = (all) => all } = options;
    const contacts = listOf(options.contacts, index);
    const id = `c${index}`;
    const line = { maximumChannels: 10_000, callsPerSecond: 100_000 };
    const bootState = await store.boot(clock.now());
    const quiet = (): void => undefined;
    const engine = startLiveEngine({
      store,
      bootState: { ...bootState, campaigns: [], agents: [], openAttempts: [] },
      telephony: new BusySwitch((number) => this.originated.push({ campaignId: id, number })),
      clock,
      log: { info: quiet, warn: quiet, error: quiet },
      switches: [{ id: 'fs', ...line }],
      trunks: [{ name: 't', switchId: 'fs', dialString: 'sofia/gateway/t/{number}', ...line }],
      timeZoneData: 'test',
      onFatal: (error) => {
        throw error;
      },
    });
    this.engines.push(engine);
    const campaign = settings({ id, pool: `pool-${id}`, ...over });
    await engine.request({ type: 'campaign-save', settings: campaign });
    for (let from = 0; from < contacts.length; from += 1_000)
      await store.addContacts(id, contacts.slice(from, from + 1_000), clock.now());
    const logIns = Array.from({ length: agents }, (_, agent) =>
      engine.request({
        type: 'agent-login',
        profile: {
          id: `${id}-${agent}`,
          name: 'x',
          pool: campaign.pool,
          team: 'x',
          tier: 'expert',
          skills: [],
        },
        endpoint: `user/${agent}`,
        switchId: 'fs',
        ready: true,
      }),
    );
    await Promise.all(logIns);
  }

  async start(): Promise<void> {
    const command = { type: 'campaign-command', command: 'start', by: 'test', reason: '' } as const;
    const started = this.engines.map((engine, index) =>
      engine.request({ ...command, campaignId: `c${index}` }),
    );
    for (const reply of await Promise.all(started)) if (!reply.ok) throw new Error(reply.message);
  }

  /** Waits until nothing has been originated, and no contact is due or leased, for a while. */
  async quiet(isQuiet: () => Promise<boolean>): Promise<void> {
    let before = -1;
    const end = performance.now() + 120_000;
    while (before !== this.originated.length || !(await isQuiet())) {
      if (performance.now() > end) throw new Error(`still dialling after ${this.originated.length} calls`);
      before = this.originated.length;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async close(): Promise<void> {
    for (const engine of this.engines) await engine.stop(0);
    await this.store.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A contact with one number in New York, where it is noon. */
export function raceContact(index: number): NewContact {
  return {
    externalId: '',
    name: '',
    timeZone: 'America/New_York',
    region: '',
    numbers: [`+1212${2_000_000 + index * 7}`],
    consent: 'none',
    fields: {},
  };
}
