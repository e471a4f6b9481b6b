/** What the two connections to a switch have in common: where to, how patient, and what they say of themselves. */

export interface SwitchAddress {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

export interface LinkTimings {
  /** From opening the socket until it is let in (and subscribed). */
  readonly connectMilliseconds: number;
  /** Between two liveness questions on each connection. */
  readonly pingMilliseconds: number;
  /** A command that is not answered for so long means that the connection is dead. */
  readonly replyMilliseconds: number;
  /** Interval of the switch's own HEARTBEAT event (`event-heartbeat-interval` in switch.conf.xml). */
  readonly heartbeatMilliseconds: number;
  readonly reconnectFirstMilliseconds: number;
  readonly reconnectLongestMilliseconds: number;
  /** Between attempts when the switch refused the password or the address. */
  readonly refusedMilliseconds: number;
}

export const defaultLinkTimings: LinkTimings = {
  connectMilliseconds: 5000,
  pingMilliseconds: 2000,
  replyMilliseconds: 5000,
  heartbeatMilliseconds: 20_000,
  reconnectFirstMilliseconds: 500,
  reconnectLongestMilliseconds: 10_000,
  refusedMilliseconds: 15_000,
};

/** A question that every switch answers at once, and whose answer names the instance that runs. */
export const identityCommand = 'global_getvar core_uuid';

/** Connections that held for so long begin their next series of attempts with the short wait. */
export const steadyMilliseconds = 10_000;

/** How often a connection looks at its deadlines. */
export const watchMilliseconds = 250;

/** Whether an answer of the switch is an error; its texts are not uniform: `-ERR …`, `-USAGE: …`, `-ERROR`. */
export function isErrorAnswer(answer: string): boolean {
  return /^-(?:ERR|USAGE)/.test(answer);
}

/** The text of an error answer without its prefix: `-ERR No such channel!\n` is `No such channel!`. */
export function errorText(answer: string): string {
  return answer.replace(/^-(?:ERROR|ERR|USAGE):?\s*/, '').trim() || answer.trim();
}

/** What to tell an operator when the switch refused the password. */
export function passwordRefused(address: SwitchAddress): string {
  return `${address.host}:${address.port} refused the password: give the one of event_socket.conf.xml in esl://:PASSWORD@${address.host}:${address.port}`;
}

/** What to tell an operator when the access list of the switch refused us. */
export function addressRefused(address: SwitchAddress): string {
  return `${address.host}:${address.port} refuses this machine's address: add it to apply-inbound-acl in event_socket.conf.xml`;
}
