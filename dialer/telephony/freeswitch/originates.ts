/**
 * Originates and hang-ups of one switch: from the command to the one report of what became of it.
 *
 * A failed originate is reported by the end of its channel when there is one, else as `originate-failed`; which
 * of them comes is known only a moment after the job's result, as the two come in any order.
 */
import type { TelephonyEffect } from '../../core/effects.js';
import type { Leg } from '../leg-book.js';
import { type OriginateAnswer, OriginateLane } from '../originate-lane.js';
import { safeNumber } from '../safe-arguments.js';
import { originateSideLeg } from './call-commands.js';
import { isLocalCause } from './channel-events.js';
import { hangUp, originateAgent, originateCustomer, originateTimeoutSeconds } from './dial-string.js';
import type { SwitchContext } from './switch-context.js';

export type Originate = Extract<TelephonyEffect, { type: 'originate' | 'dial-agent' | 'dial-leg' }>;

const kindOf = { originate: 'customer', 'dial-agent': 'agent', 'dial-leg': 'side' } as const;

/** Hang-ups remembered while the command connection is away. */
const maximumOwedHangUps = 20_000;

/** Repetitions of a hang-up that found no channel although one was being originated. */
const maximumRepetitions = 3;
const firstRepetitionMilliseconds = 250;

export class Originates {
  readonly #context: SwitchContext;
  readonly #lane: OriginateLane<string>;
  /** Causes by channel, of hang-ups that could not be sent. */
  readonly #owedHangUps = new Map<string, string>();
  #stopped = false;

  constructor(context: SwitchContext) {
    this.#context = context;
    const { originateWindow, maximumWaitingOriginates, staleOriginateMilliseconds } = context.options;
    this.#lane = new OriginateLane(
      // The job has the id of its channel, so that its result names the attempt.
      (channelId, command, settle) => context.commands.backgroundApi(command, channelId, settle),
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
    const command = this.#command(effect);
    if (command === undefined) return;
    const leg = legs.open(channelId, kindOf[effect.type], performance.now());
    if (!leg) return;
    leg.originating = true;
    const limit = originateTimeoutSeconds(effect.ringSeconds) * 1000 + options.jobGraceMilliseconds;
    leg.cancelDeadline = options.clock.after(limit, () => this.#jobOverdue(leg));
    if (!this.#lane.submit(channelId, command)) this.#failed(channelId, 'COMMAND_QUEUE_FULL', true);
  }

  /** A BACKGROUND_JOB of ours: `+OK <uuid>` or `-ERR <CAUSE>`. */
  jobEnded(jobId: string, body: string): void {
    const { legs, options, audit } = this.#context;
    const leg = legs.get(jobId);
    if (!leg || leg.disowned) return;
    leg.originating = false;
    leg.cancelDeadline();
    const failure = /^-ERR\s+(.*)/.exec(body);
    if (!failure) return;
    const cause = (failure[1] ?? '').trim() || 'NONE';
    const grace = setTimeout(() => {
      if (legs.get(jobId) !== leg) return;
      if (leg.answered || leg.progressed) audit();
      else this.#failed(jobId, cause, isLocalCause(cause));
    }, options.endGraceMilliseconds);
    leg.cancelDeadline = () => clearTimeout(grace);
  }

  hangUp(channelId: string, cause: string): void {
    const leg = this.#context.legs.get(channelId);
    if (leg) leg.killCause = cause;
    if (this.#lane.withdraw(channelId)) this.#failed(channelId, 'ORIGINATOR_CANCEL', true);
    else this.#sendHangUp(channelId, cause, 0);
  }

  /** An event shows that a leg lives which was to be hung up. */
  hangUpAgain(leg: Leg): void {
    if (leg.killCause) this.#sendHangUp(leg.channelId, leg.killCause, 0);
  }

  /** The switch is down: what has not been sent will not be. */
  refuseWaiting(reason: string): void {
    this.#lane.refuseAll(reason);
  }

  /** The switch was listed: hang-ups that could not be sent are, for channels that are still there. */
  hangUpOwed(listed: ReadonlySet<string>): void {
    const owed = [...this.#owedHangUps];
    this.#owedHangUps.clear();
    for (const [channelId, cause] of owed) if (listed.has(channelId)) this.#sendHangUp(channelId, cause, 0);
  }

  /** Called every quarter of a second. */
  watch(): void {
    this.#lane.dropStale();
  }

  stop(): void {
    this.#stopped = true;
    this.#lane.refuseAll('the dialer is stopping');
  }

  /** The command, or undefined when it was refused. */
  #command(effect: Originate): string | undefined {
    try {
      // A number that cannot be dialled is the contact's; anything else that is unsafe is the settings'.
      if (effect.type === 'originate') safeNumber(effect.number);
    } catch (error) {
      this.#refuse(effect.channelId, 'INVALID_NUMBER_FORMAT', false, (error as Error).message);
      return undefined;
    }
    try {
      const { parkSeconds } = this.#context.options;
      switch (effect.type) {
        case 'originate':
          return originateCustomer({ ...effect, parkSeconds });
        case 'dial-agent':
          return originateAgent(effect);
        case 'dial-leg':
          return originateSideLeg({ ...effect, parkSeconds });
      }
    } catch (error) {
      this.#refuse(effect.channelId, 'INVALID_URL', true, (error as Error).message);
      return undefined;
    }
  }

  #refuse(channelId: string, cause: string, local: boolean, why: string): void {
    this.#context.log('warn', `originate of ${channelId} refused: ${why}`);
    const { switchId } = this.#context;
    this.#context.reportLater({ type: 'originate-failed', switchId, channelId, cause, local });
  }

  #failed(channelId: string, cause: string, local: boolean): void {
    if (!this.#context.legs.end(channelId)) return;
    const { switchId } = this.#context;
    this.#context.reportLater({ type: 'originate-failed', switchId, channelId, cause, local });
  }

  #answered(channelId: string, answer: OriginateAnswer): void {
    switch (answer.outcome) {
      case 'error':
        this.#context.log('warn', `the switch refused to originate: ${answer.error}`);
        this.#failed(channelId, 'COMMAND_REFUSED', true);
        break;
      case 'unsent':
        this.#failed(channelId, 'SWITCH_DOWN', true);
        break;
      case 'stale':
        this.#failed(channelId, 'COMMAND_TIMEOUT', true);
        break;
      case 'timeout': {
        const leg = this.#context.legs.get(channelId);
        if (leg) this.#disown(leg);
        break;
      }
      case 'ok':
      case 'lost':
        // Lost with its connection: it may ring, and the listing after the reconnect will show it.
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
    this.#context.reportLater({
      type: 'originate-failed',
      switchId,
      channelId,
      cause: 'COMMAND_TIMEOUT',
      local: false,
    });
    this.#sendHangUp(channelId, leg.killCause, 0);
  }

  #jobOverdue(leg: Leg): void {
    const { legs, options, downReason, audit } = this.#context;
    if (!leg.originating || legs.get(leg.channelId) !== leg) return;
    if (downReason() !== undefined) {
      // While blind the result may just not have been heard; the next listing confirms the leg or drops it.
      leg.cancelDeadline = options.clock.after(options.jobGraceMilliseconds, () => this.#jobOverdue(leg));
    } else if (leg.answered || leg.progressed) {
      leg.originating = false;
      audit();
    } else this.#disown(leg);
  }

  #sendHangUp(channelId: string, cause: string, repetition: number): void {
    const { legs, commands } = this.#context;
    let command: string;
    try {
      command = hangUp(channelId, cause);
    } catch (error) {
      this.#context.log('error', `not hung up: ${(error as Error).message}`);
      return;
    }
    commands.api(command, (result) => {
      if (result.outcome === 'ok' || this.#stopped || legs.hasEnded(channelId)) return;
      if (result.outcome === 'error') this.#nothingToHangUp(channelId, cause, repetition);
      // Owed until the command connection stands again and the listing shows whether it is still there.
      else if (this.#owedHangUps.size < maximumOwedHangUps) this.#owedHangUps.set(channelId, cause);
    });
  }

  /** The switch knows no such channel: it has just ended, or its originate has not come so far yet. */
  #nothingToHangUp(channelId: string, cause: string, repetition: number): void {
    const { legs, options, audit } = this.#context;
    const leg = legs.get(channelId);
    if (!leg) return;
    const ifStillThere =
      (act: () => void): (() => void) =>
      () => {
        if (!this.#stopped && legs.get(channelId) === leg) act();
      };
    if ((leg.originating || leg.disowned) && repetition < maximumRepetitions)
      setTimeout(
        ifStillThere(() => this.#sendHangUp(channelId, cause, repetition + 1)),
        firstRepetitionMilliseconds * 2 ** repetition,
      );
    else if (leg.disowned) legs.end(channelId);
    else setTimeout(ifStillThere(audit), options.endGraceMilliseconds);
  }
}
