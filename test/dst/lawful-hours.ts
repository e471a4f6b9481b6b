/** A1: may the phone ring now? The oracle of the compliance tests, asked once for each place and minute. */
import type { Facts, Request } from '../../compliance/index.js';
import { lawful } from '../compliance/oracle.js';

/** Nothing counts against the call but its hour: lists and caps are looked at in the checker's own books. */
function factsOf(zone: string, consented: boolean, at: number): Facts {
  return {
    zones: [zone],
    dnc: { internal: false, campaign: false },
    consent: consented ? { state: 'granted', level: 'express' } : { state: 'none' },
    attempts: { at: [], since: at - 86_400_000, last: {} },
  };
}

const MINUTE = 60_000;

export interface RingingCall {
  readonly number: string;
  /** Zone stated for the person. */
  readonly zone: string;
  readonly purpose: Request['purpose'];
  /** Consent is in force. */
  readonly consented: boolean;
}

export class LawfulHours {
  readonly #minutes = new Map<string, boolean>();

  /** @param lead for how long the window must stay open, milliseconds */
  mayRing(call: RingingCall, at: number, lead: number): boolean {
    const minute = Math.floor(at / MINUTE);
    const { number, zone, purpose, consented } = call;
    const key = `${number.slice(2, 5)} ${zone} ${purpose} ${consented} ${lead} ${minute}`;
    const known = this.#minutes.get(key);
    if (known !== undefined) return known;
    const first = this.#ask(call, minute * MINUTE, lead);
    const last = this.#ask(call, minute * MINUTE + MINUTE - 1, lead);
    // Within a minute in which it changes every instant is asked for by itself.
    if (first !== last) return this.#ask(call, at, lead);
    if (this.#minutes.size > 100_000) this.#minutes.clear();
    this.#minutes.set(key, first);
    return first;
  }

  #ask({ number, zone, purpose, consented }: RingingCall, at: number, lead: number): boolean {
    // The oracle knows area codes by their exchange 555.
    const stand = `+1${number.slice(2, 5)}555${number.slice(-4)}`;
    const request = { number: stand, campaignId: 'c', ringSeconds: 15, purpose } as Request;
    return lawful(request, factsOf(zone, consented, at), at, lead, 1_000);
  }
}
