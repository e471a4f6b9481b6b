/** An Asterisk, or what stands for one, as the conformance suite takes it. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../dialer/clock.js';
import { createAsteriskTelephony } from '../../dialer/telephony/index.js';
import type { ConformingSwitch } from './conformance.js';

export interface AsteriskAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The far end of the endpoint `trunk` behaves by the first digit of the called number. */
export function conformingAsterisk(
  address: AsteriskAddress,
  clock: Clock,
  pressKey: ConformingSwitch['pressKey'],
): ConformingSwitch {
  const { host, port, user, password } = address;
  const endpoint = (number: string): string => `PJSIP/${number}@trunk`;
  /** A request past the adapter. */
  const ask = async (method: string, path: string): Promise<void> => {
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const response = await fetch(`http://${host}:${port}/ari/${path}`, {
      method,
      headers: { authorization },
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${body}`);
  };
  return {
    host,
    port,
    clock,
    makeAdapter: (relayPort, { switchId, ...settings }) =>
      createAsteriskTelephony({
        switches: [
          { switchId, host: '127.0.0.1', port: relayPort, user, password, application: 'conformance' },
        ],
        ...settings,
      }),
    pressKey,
    callOfOthers: async () => {
      const other = randomUUID();
      await ask(
        'POST',
        `channels?endpoint=${encodeURIComponent(endpoint('800'))}&app=others&channelId=${other}&timeout=10`,
      );
      return () => ask('DELETE', `channels/${other}`).catch(() => undefined);
    },
    rejectedStatus: 403,
    holdMusic: '',
    endpoints: {
      stays: endpoint('000'),
      noAnswer: endpoint('200'),
      busy: endpoint('300'),
      unallocated: endpoint('400'),
      rejected: endpoint('600'),
      earlyMedia: endpoint('700'),
      instant: endpoint('810'),
      short: endpoint('800'),
      congestion: endpoint('900'),
      noGateway: 'PJSIP/100@nosuch',
      agent: endpoint('tagent-7'),
    },
  };
}
