/** People of a virtual world who missed a call ring the number that it showed, and wait for somebody to speak. */
import { type CallBack, type Ground, REACTION } from './ground.js';
import { type Leg, newLeg } from './leg.js';
import type { OutboundCalls } from './outbound-calls.js';
import { CALL_BACK, PATIENCE } from './world-events.js';

/** A switch that is away is tried again after this, milliseconds. */
const TRY_AGAIN = 10_000;

export class CallsBack {
  readonly #ground: Ground;
  readonly #calls: OutboundCalls;
  #count = 0;

  constructor(ground: Ground, calls: OutboundCalls) {
    this.#ground = ground;
    this.#calls = calls;
  }

  /** A call has ended: who heard it ring and spoke to nobody may call back. */
  ended({ plan, progressed, everBridged, switchId, number, callerId, attempt }: Leg): void {
    if (plan === undefined || !progressed || everBridged || callerId === '') return;
    if (plan.callBackAfter === Number.POSITIVE_INFINITY) return;
    const call: CallBack = { switchId, from: number, to: callerId.replace('+', ''), attempt };
    this.#ground.after(plan.callBackAfter, CALL_BACK, call);
  }

  ring(call: CallBack): void {
    const ground = this.#ground;
    if (ground.calm) return;
    // A switch that takes no calls takes none from outside, either.
    if (ground.now < (ground.pausedUntil.get(call.switchId) ?? 0)) {
      ground.after(TRY_AGAIN, CALL_BACK, call);
      return;
    }
    const { switchId, from, to } = call;
    const plan = this.#calls.people.callBack(from, call.attempt);
    const leg = newLeg(`back-${switchId}-${++this.#count}`, switchId, '', plan, ground.now);
    leg.answered = true;
    leg.inbound = { from, to };
    ground.legs.set(leg.id, leg);
    ground.counts.calledBack++;
    ground.heap.push(ground.now + plan.patience, PATIENCE, leg);
    ground.tell(switchId, {
      type: 'inbound-call',
      switchId,
      channelId: leg.id,
      from,
      to,
      at: ground.now - REACTION,
    });
  }
}
