/** Who picked up, as far as detection ahead of the switch can tell. */
import t from 'tap';
import { systemClock } from '../../dialer/clock.js';
import type { TelephonyInput } from '../../dialer/core/inputs.js';
import { createFreeSwitchTelephony } from '../../dialer/telephony/index.js';
import { scenarioFrom, startSimulatedSwitch } from '../../sim/index.js';

async function answerOf(t: { teardown(end: () => unknown): void }, people: object): Promise<TelephonyInput> {
  const line = await startSimulatedSwitch({
    scenario: scenarioFrom({
      people: { ...people, dialLatency: 0.05, ring: 0.05, machineRing: 0.05 },
      trunk: { machineDetection: { enabled: true, sensitivity: 1, falsePositiveRate: 0 } },
    }),
  });
  t.teardown(() => line.stop());
  const ownPrefix = '7ac7a500';
  const telephony = createFreeSwitchTelephony({
    switches: [{ switchId: 'one', host: '127.0.0.1', port: line.port, password: line.password }],
    ownPrefix,
    clock: systemClock(),
    random: Math.random,
    log: () => undefined,
  });
  t.teardown(() => telephony.stop(1000));
  return new Promise((resolve) => {
    telephony.start((input) => {
      if (input.type === 'switch-up')
        telephony.perform({
          type: 'originate',
          switchId: 'one',
          channelId: `${ownPrefix}-a111-8222-b333-444444444444`,
          dialString: 'sofia/gateway/pstn/{number}',
          trunk: 'pstn',
          number: '+12125551234',
          callerId: '',
          ringSeconds: 20,
          campaignId: 'c',
        });
      if (input.type === 'channel-answered') resolve(input);
    });
  });
}

t.test('a machine that the trunk detects is reported as one', async (t) => {
  t.match(
    await answerOf(t, { answerRate: 0, machineRate: 1, busyRate: 0, invalidRate: 0, congestionRate: 0 }),
    {
      answeredBy: 'machine',
    },
  );
});

t.test('a person is reported as one', async (t) => {
  t.match(
    await answerOf(t, { answerRate: 1, machineRate: 0, busyRate: 0, invalidRate: 0, congestionRate: 0 }),
    {
      answeredBy: 'human',
    },
  );
});
