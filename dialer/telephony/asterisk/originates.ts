/**
 * Originates and hang-ups of one switch: from the request to the one report of what became of it.
 *
 * The answer to an originate says that a channel was made, and may come after the channel's end; that it failed is said by
 * the end of the channel, or by the answer when there was none.
 */
import type { TelephonyEffect } from '../../core/effects.js';
import type { CallDestination } from '../../core/model.js';
import type { Leg } from '../leg-book.js';
import { type OriginateAnswer, OriginateLane } from '../originate-lane.js';
import { fillDialString, safeCallerId, safeEndpoint, safeNumber, safeUuid } from '../safe-arguments.js';
import { reasonCode } from './causes.js';
import type { Deadlines } from './deadlines.js';
import type { SwitchContext } from './switch-context.js';

export type Originate = Extract<TelephonyEffect, { type: 'originate' | 'dial-agent' | 'dial-leg' }>;

const kindOf = { originate: 'customer', 'dial-agent': 'agent', 'dial-leg': 'side' } as const;

/** Hang-ups remembered while the link is away. */
const maximumOwedHangUps = 20_000;

type Parameters = Readonly<Record<string, unknown>>;

/** What is dialled, with the number filled in. @throws UnsafeArgumentError */
export function safeDestination({ dialString, number }: CallDestination): string {
  return number === '' ? safeEndpoint(dialString) : fillDialString(dialString, number);
}

/** The timeout of an originate for a callee that may ring at least `ringSeconds`: it runs from the dialling on. */
export function originateTimeout(ringSeconds: number): number {
  return Math.max(1, Math.ceil(ringSeconds)) + 1;
}

export class Originates {
  readonly #context: SwitchContext;
  readonly #deadlines: Deadlines;
  readonly #lane: OriginateLane<Parameters>;
  /** Causes by channel, of hang-ups that could not be sent. */
  readonly #owedHangUps = new Map<string, string>();
  #stopped = false;

  constructor(context: SwitchContext, deadlines: Deadlines) {
    this.#context = context;
    this.#deadlines = deadlines;
    const { originateWindow, maximumWaitingOriginates, staleOriginateMilliseconds } = context.options;
    this.#lane = new OriginateLane(
      (_channelId, parameters, settle) => context.link.call('channels.originate', parameters, settle),
      {
        window: originateWindow,
        limit: maximumWaitingOriginates,
        staleMilliseconds: staleOriginateMilliseconds,
      },
      (channelId, answer) => this.#answered(channelId, answer),
    );
  }

  /** Originates that wait to be sent. */
  get waiting(): number {
    return this.#lane.waiting;
  }

  submit(effect: Originate): void {
    const { channelId } = effect;
    const { legs, options } = this.#context;
    const down = this.#context.downReason();
    if (down !== undefined) {
      this.#refuse(channelId, 'SWITCH_DOWN', true, down);
      return;
    }
    if (legs.get(channelId) || legs.hasEnded(channelId)) {
      this.#context.log('error', `originate of ${channelId} came a second time and was not sent`);
      return;
    }
    const parameters = this.#parameters(effect);
    if (parameters === undefined) return;
    const leg = legs.open(channelId, kindOf[effect.type], performance.now());
    if (!leg) return;
    leg.originating = true;
    const limit = originateTimeout(effect.ringSeconds) * 1000 + options.originateGraceMilliseconds;
    leg.cancelDeadline = options.clock.after(limit, () => this.#overdue(leg));
    if (!this.#lane.submit(channelId, parameters)) this.#failed(channelId, 'COMMAND_QUEUE_FULL', true);
  }

  /** The call was answered, so its originate is not overdue any more. */
  answered(leg: Leg): void {
    leg.cancelDeadline();
  }

  hangUp(channelId: string, cause: string): void {
    const leg = this.#context.legs.get(channelId);
    if (leg) leg.killCause = cause;
    if (this.#lane.withdraw(channelId)) this.#failed(channelId, 'ORIGINATOR_CANCEL', true);
    // The channel may not be there yet: it is hung up as soon as the originate is answered.
    else if (!leg?.originating) this.#sendHangUp(channelId, cause);
  }

  /** An event shows that a leg lives which was to be hung up. */
  hangUpAgain(leg: Leg): void {
    if (leg.killCause && !leg.originating) this.#sendHangUp(leg.channelId, leg.killCause);
  }

  /** The switch is down: what has not been sent will not be. */
  refuseWaiting(reason: string): void {
    this.#lane.refuseAll(reason);
  }

  /** The switch was listed: hang-ups that could not be sent are, for channels that are still there. */
  hangUpOwed(listed: ReadonlySet<string>): void {
    const owed = [...this.#owedHangUps];
    this.#owedHangUps.clear();
    for (const [channelId, cause] of owed) if (listed.has(channelId)) this.#sendHangUp(channelId, cause);
  }

  /** Called every quarter of a second. */
  watch(): void {
    this.#lane.dropStale();
  }

  stop(): void {
    this.#stopped = true;
    this.#lane.refuseAll('the dialer is stopping');
  }

  /** What is asked of Asterisk, or undefined when it was refused. */
  #parameters(effect: Originate): Parameters | undefined {
    try {
      // A number that cannot be dialled is the contact's; anything else that is unsafe is the settings'.
      if (effect.type === 'originate') safeNumber(effect.number);
    } catch (error) {
      this.#refuse(effect.channelId, 'INVALID_NUMBER_FORMAT', false, (error as Error).message);
      return undefined;
    }
    try {
      const callerId = effect.type === 'dial-agent' ? '' : safeCallerId(effect.callerId);
      const timeout = originateTimeout(effect.ringSeconds);
      const variables: Record<string, string> = {};
      if (effect.type === 'originate')
        variables['TACTUS_CAMPAIGN'] = effect.campaignId.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 64);
      if (effect.type !== 'dial-agent') {
        // Should the dialer be dead, nobody is left listening to silence.
        const deadline = timeout + Math.ceil(this.#context.options.parkSeconds);
        variables['TIMEOUT(absolute)'] = String(deadline);
        this.#deadlines.began(effect.channelId, deadline);
      }
      return {
        endpoint: this.#endpoint(effect),
        app: this.#context.application,
        appArgs: kindOf[effect.type],
        channelId: safeUuid(effect.channelId),
        timeout,
        ...(callerId === '' ? {} : { callerId }),
        variables,
      };
    } catch (error) {
      this.#refuse(effect.channelId, 'INVALID_URL', true, (error as Error).message);
      return undefined;
    }
  }

  #endpoint(effect: Originate): string {
    switch (effect.type) {
      case 'originate':
        return fillDialString(effect.dialString, effect.number);
      case 'dial-agent':
        return safeEndpoint(effect.endpoint);
      case 'dial-leg':
        return safeDestination(effect.destination);
    }
  }

  #refuse(channelId: string, cause: string, local: boolean, why: string): void {
    this.#context.log('warn', `originate of ${channelId} refused: ${why}`);
    const { switchId } = this.#context;
    this.#context.reportLater({ type: 'originate-failed', switchId, channelId, cause, local });
  }

  #failed(channelId: string, cause: string, local: boolean): void {
    if (!this.#context.legs.end(channelId)) return;
    this.#deadlines.ended(channelId);
    const { switchId } = this.#context;
    this.#context.reportLater({ type: 'originate-failed', switchId, channelId, cause, local });
  }

  #answered(channelId: string, answer: OriginateAnswer): void {
    const leg = this.#context.legs.get(channelId);
    switch (answer.outcome) {
      case 'ok':
        if (!leg) break;
        leg.originating = false;
        this.hangUpAgain(leg);
        break;
      case 'error':
        this.#context.log('warn', `Asterisk refused to originate: ${answer.error}`);
        this.#failed(channelId, causeOfRefusal(answer.error), true);
        break;
      case 'unsent':
        this.#failed(channelId, 'SWITCH_DOWN', true);
        break;
      case 'stale':
        this.#failed(channelId, 'COMMAND_TIMEOUT', true);
        break;
      case 'timeout':
        if (leg) this.#disown(leg);
        break;
      case 'lost':
        // It may ring, and the listing after the reconnect will show it.
        if (leg) leg.originating = false;
        break;
    }
  }

  /** Nothing was heard of an originate in time. It may live: it is hung up now, and at each sign of life. */
  #disown(leg: Leg): void {
    if (leg.disowned || leg.answered || leg.progressed) return;
    leg.disowned = true;
    leg.originating = false;
    leg.killCause ||= 'NORMAL_CLEARING';
    leg.cancelDeadline();
    const { switchId } = this.#context;
    const { channelId } = leg;
    const cause = 'COMMAND_TIMEOUT';
    this.#context.reportLater({ type: 'originate-failed', switchId, channelId, cause, local: false });
    this.#sendHangUp(channelId, leg.killCause);
  }

  /** Neither answered nor ended beyond its time. */
  #overdue(leg: Leg): void {
    const { legs, options, downReason, audit } = this.#context;
    if (legs.get(leg.channelId) !== leg || leg.answered) return;
    if (downReason() !== undefined)
      // While blind its end may just not have been heard; the next listing confirms the leg or drops it.
      leg.cancelDeadline = options.clock.after(options.originateGraceMilliseconds, () => this.#overdue(leg));
    else if (leg.progressed) {
      leg.originating = false;
      this.hangUp(leg.channelId, 'NO_ANSWER');
      audit();
    } else this.#disown(leg);
  }

  #sendHangUp(channelId: string, cause: string): void {
    const { legs, link, options, audit } = this.#context;
    link.call('channels.hangup', { channelId, reason_code: String(reasonCode(cause)) }, (result) => {
      if (result.outcome === 'ok' || this.#stopped || legs.hasEnded(channelId)) return;
      const leg = legs.get(channelId);
      if (result.outcome !== 'error') {
        // Owed until the link stands again and the listing shows whether it is still there.
        if (this.#owedHangUps.size < maximumOwedHangUps) this.#owedHangUps.set(channelId, cause);
      } else if (leg?.disowned) legs.end(channelId);
      else if (leg)
        setTimeout(() => {
          if (!this.#stopped && legs.get(channelId) === leg) audit();
        }, options.endGraceMilliseconds);
    });
  }
}

/** What a refused originate came to, by Asterisk's words, as its HTTP status does not reach us. */
function causeOfRefusal(error: string): string {
  if (/Allocation failed/.test(error)) return 'INVALID_GATEWAY';
  if (/[Ee]ndpoint/.test(error)) return 'INVALID_URL';
  return 'COMMAND_REFUSED';
}
