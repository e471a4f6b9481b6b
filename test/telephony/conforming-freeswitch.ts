/** A FreeSWITCH, or what stands for one, as the conformance suite takes it. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Clock } from '../../dialer/clock.js';
import { createFreeSwitchTelephony } from '../../dialer/telephony/index.js';
import type { ConformingSwitch } from './conformance.js';

/** The far end of the gateway `carrier` behaves by the first digit of the called number. */
export function conformingFreeSwitch(
  address: { readonly host: string; readonly port: number; readonly password: string },
  clock: Clock,
): ConformingSwitch {
  const { host, port, password } = address;
  /** A command on a connection of its own, past the adapter. */
  const command = async (text: string): Promise<void> => {
    const socket = connect(port, host);
    socket.write(`auth ${password}\n\napi ${text}\n\nexit\n\n`);
    socket.resume();
    await once(socket, 'close');
  };
  const endpoint = (number: string): string => `sofia/gateway/carrier/${number}`;
  return {
    host,
    port,
    clock,
    makeAdapter: (relayPort, { switchId, ...settings }) =>
      createFreeSwitchTelephony({
        switches: [{ switchId, host: '127.0.0.1', port: relayPort, password }],
        ...settings,
      }),
    pressKey: (channelId, key) => command(`uuid_recv_dtmf ${channelId} ${key}`),
    callOfOthers: async () => {
      const other = randomUUID();
      await command(
        `originate {origination_uuid=${other},ignore_early_media=true}${endpoint('800')} &park()`,
      );
      return () => command(`uuid_kill ${other}`);
    },
    pausing: {
      pause: () => command('fsctl pause outbound'),
      resume: () => command('fsctl resume outbound'),
    },
    rejectedStatus: 603,
    holdMusic: 'tone_stream://%(1000,0,350)',
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
      noGateway: 'sofia/gateway/nosuch/100',
      agent: endpoint('tagent-7'),
    },
  };
}
