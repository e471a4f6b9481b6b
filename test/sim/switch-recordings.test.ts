import t from 'tap';
import { worldClock } from '../../sim/index.js';
import { startSimulatedSwitch } from '../../sim/switch/server.js';
import { EslClient, type EslEvent } from './esl-client.js';
import { recordedEvents } from './recorded-events.js';

const EVENTS =
  `CHANNEL_CREATE CHANNEL_ORIGINATE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_ANSWER CHANNEL_PARK
 CHANNEL_UNPARK CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP
 CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY PLAYBACK_START PLAYBACK_STOP BACKGROUND_JOB SHUTDOWN`.replaceAll(
    '\n',
    '',
  );

/**
 * Headers whose presence on one event was a matter of milliseconds on the real switch, too: set by another thread, or
 * copies that only a transfer through its dialplan makes.
 */
const CHANCE = new Set([
  'variable_sip_hangup_disposition',
  'variable_bridge_to',
  'variable_bridge_hangup_cause',
  'Caller-RDNIS',
]);

const AGENT = 'park_after_bridge=true,hangup_after_bridge=false';
const SPEED = 16;

/** The parties of a case and what they do. */
class Scene {
  readonly client: EslClient;
  readonly ids: string[] = [];
  readonly #variables: string;

  constructor(client: EslClient, variables: string) {
    this.client = client;
    this.#variables = variables;
  }

  /** Dials and waits until it is decided. */
  async dial(number: string, variables = ''): Promise<string> {
    const id = crypto.randomUUID();
    this.ids.push(id);
    const all = [`origination_uuid=${id}`, this.#variables, variables]
      .filter((part) => part !== '')
      .join(',');
    await this.client.background(`originate {${all}}sofia/gateway/carrier/${number} &park()`);
    return id;
  }

  async bridge(first: string, second: string): Promise<void> {
    await this.client.api(`uuid_bridge ${first} ${second}`);
    await this.client.event(
      ({ name, headers }) => name === 'CHANNEL_BRIDGE' && headers.get('Bridge-B-Unique-ID') === second,
    );
  }

  async kill(id: string): Promise<void> {
    await this.client.api(`uuid_kill ${id}`);
    await this.gone(id);
  }

  gone(id: string): Promise<EslEvent> {
    return this.client.named('CHANNEL_DESTROY', id);
  }
}

const PLAIN = 'ignore_early_media=true,originate_timeout=20';
const NAMED = `origination_caller_id_number=49301234567,origination_caller_id_name=Dialer,${PLAIN}`;

const CASES: Readonly<Record<string, readonly [variables: string, play: (scene: Scene) => Promise<void>]>> = {
  short: [NAMED, async (scene) => void (await scene.gone(await scene.dial('800')))],
  'person-killed': [NAMED, async (scene) => scene.kill(await scene.dial('100'))],
  timeout: [
    NAMED.replace('originate_timeout=20', 'originate_timeout=5'),
    async (scene) => void (await scene.gone(await scene.dial('200'))),
  ],
  busy: [NAMED, async (scene) => void (await scene.gone(await scene.dial('300')))],
  unallocated: [NAMED, async (scene) => void (await scene.gone(await scene.dial('400')))],
  'machine-killed': [NAMED, async (scene) => scene.kill(await scene.dial('500'))],
  rejected: [NAMED, async (scene) => void (await scene.gone(await scene.dial('600')))],
  'announcement-ignored': [NAMED, async (scene) => void (await scene.gone(await scene.dial('700')))],
  'announcement-taken': [
    NAMED.replace('ignore_early_media=true', 'ignore_early_media=false'),
    async (scene) => void (await scene.gone(await scene.dial('700'))),
  ],
  congestion: [NAMED, async (scene) => void (await scene.gone(await scene.dial('900')))],
  'bridge-agent-kept': [
    PLAIN,
    async (scene) => {
      const agent = await scene.dial('tagent-7', AGENT);
      for (const number of ['000', '001']) {
        const customer = await scene.dial(number);
        await scene.bridge(agent, customer);
        await scene.kill(customer);
      }
      await scene.kill(agent);
    },
  ],
  'bridge-agent-lost': [
    PLAIN,
    async (scene) => {
      const agent = await scene.dial('tagent-7');
      const customer = await scene.dial('000');
      await scene.bridge(agent, customer);
      await scene.kill(customer);
      await scene.gone(agent);
    },
  ],
  'bridge-reversed': [
    PLAIN,
    async (scene) => {
      const agent = await scene.dial('tagent-7', AGENT);
      const customer = await scene.dial('000');
      await scene.bridge(customer, agent);
      await scene.kill(customer);
      await scene.kill(agent);
    },
  ],
  'bridge-agent-hangs-up': [
    PLAIN,
    async (scene) => {
      const agent = await scene.dial('tagent-7', AGENT);
      const customer = await scene.dial('000');
      await scene.bridge(agent, customer);
      await scene.kill(agent);
      await scene.gone(customer);
    },
  ],
  'bridge-customer-parked': [
    PLAIN,
    async (scene) => {
      const agent = await scene.dial('tagent-7', AGENT);
      const customer = await scene.dial('000', AGENT);
      await scene.bridge(agent, customer);
      await scene.kill(agent);
      await scene.kill(customer);
    },
  ],
  inline: [
    PLAIN,
    async (scene) => {
      const customer = await scene.dial('0', 'dialer_campaign=7');
      await scene.client.api(
        `uuid_transfer ${customer} 'm:^:playback:tone_stream://%(700,0,440)^hangup:NORMAL_CLEARING' inline`,
      );
      await scene.gone(customer);
      const seventh = await scene.dial('0', 'dialer_campaign=7');
      const eighth = await scene.dial('0', 'dialer_campaign=8');
      await scene.client.api('hupall MANAGER_REQUEST dialer_campaign 7');
      await scene.gone(seventh);
      await scene.kill(eighth);
    },
  ],
  'park-agent': [
    PLAIN,
    async (scene) => {
      const agent = await scene.dial('tagent-7', AGENT);
      const customer = await scene.dial('0');
      await scene.bridge(agent, customer);
      await scene.client.api(`uuid_park ${agent}`);
      await scene.gone(customer);
      await scene.kill(agent);
    },
  ],
};

const recordings = recordedEvents();

function legs(events: readonly EslEvent[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const { headers } of events) {
    const id = headers.get('Unique-ID');
    if (id !== undefined && !numbers.has(id)) numbers.set(id, numbers.size + 1);
  }
  return numbers;
}

/** These are looked at in json too. */
const JSON_CASES = ['short', 'timeout', 'busy', 'bridge-agent-kept'];

for (const format of ['plain', 'json'] as const) {
  for (const [name, [variables, play]] of Object.entries(CASES)) {
    if (format === 'json' && !JSON_CASES.includes(name)) continue;
    t.test(
      `${name} (${format}): events, their order and their headers are those of a real switch`,
      async (t) => {
        const running = await startSimulatedSwitch({ seed: name, clock: worldClock(SPEED) });
        t.teardown(() => running.stop());
        const client = await EslClient.connect(running.port);
        t.teardown(() => client.close());
        await client.command(`event ${format} ${EVENTS}`);
        const scene = new Scene(client, variables);
        await play(scene);
        const recorded = recordings.get(name)!;
        const jobs = recorded.filter((event) => event.name === 'BACKGROUND_JOB').length;
        await client.event(
          () => client.events.filter((event) => event.name === 'BACKGROUND_JOB').length === jobs,
        );

        const numbers = legs(client.events);
        const count = Math.max(...recorded.map(({ leg }) => leg));
        t.equal(numbers.size, count, 'as many legs');
        for (let leg = 1; leg <= count; leg++) {
          const id = [...numbers].find(([, number]) => number === leg)?.[0] ?? '';
          const expected = recorded.filter((event) => event.leg === leg);
          const got = client.events.filter(({ headers }) => headers.get('Unique-ID') === id);
          t.same(
            got.map((event) => event.name),
            expected.map((event) => event.name),
            `leg ${leg}: the same events in the same order`,
          );
          expected.forEach((event, index) => {
            const mine = got[index];
            if (mine === undefined) return;
            const names = new Set(mine.names.filter((header) => !header.startsWith('variable_dialer_')));
            const missing = [...event.headers].filter((header) => !names.has(header) && !CHANCE.has(header));
            const extra = [...names].filter((header) => !event.headers.has(header) && !CHANCE.has(header));
            t.same(
              { missing, extra },
              { missing: [], extra: [] },
              `leg ${leg} ${event.name}: the same headers`,
            );
            if (format === 'json') return;
            const size = [...mine.headers].reduce(
              (sum, [key, value]) => sum + key.length + value.length + 3,
              0,
            );
            t.ok(
              Math.abs(size - event.size) < 0.06 * event.size,
              `leg ${leg} ${event.name}: about as long (${size} for ${event.size})`,
            );
          });
        }
      },
    );
  }
}
