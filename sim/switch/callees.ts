/** Who is called: agents' phones, the numbers of a test carrier with set behaviour, and people of the scenario. */
import type { CalleeKind, CallPlan, People } from '../people.js';
import type { RandomStream } from '../random.js';

const NEVER = Number.POSITIVE_INFINITY;

/** The gateway whose numbers behave by their first digit, like those of the rig that adapters are tried on. */
export const TEST_CARRIER = 'carrier';

/** An agent's phone: answers at once (`ragent-N` after 2 s) and stays. */
const AGENT = /^[rt]?agent-/;

/** Refusals and hang-ups with the times of the rig, milliseconds. */
function plan(kind: CalleeKind, over: Partial<CallPlan>): CallPlan {
  return {
    kind,
    signal: 'none',
    signalAfter: 0,
    answerAfter: NEVER,
    refuseAfter: NEVER,
    stay: NEVER,
    patience: NEVER,
    talk: NEVER,
    keyAfter: NEVER,
    callBackAfter: NEVER,
    cause: 'NORMAL_CLEARING',
    sipStatus: 200,
    detected: '',
    ...over,
  };
}

export function agentPhone(number: string): CallPlan | undefined {
  if (!AGENT.test(number)) return undefined;
  return number.startsWith('r')
    ? plan('human', { signal: 'ringing', answerAfter: 2000 })
    : plan('human', { answerAfter: 0 });
}

/** The callee kinds by first digit: 0 stays, 1 a person, 2 no answer, 3 busy, 4 unallocated, 5 a machine … */
export function testCallee(number: string, random: RandomStream): CallPlan {
  switch (number[0]) {
    case '0':
      return plan('human', { signal: 'ringing', answerAfter: 2000 });
    case '1':
      return plan('human', {
        signal: 'ringing',
        answerAfter: 2000 + Math.round(4000 * random.uniform()),
        stay: 11_200 + Math.round(30_000 * random.uniform()),
      });
    case '2':
      return plan('no-answer', {
        signal: 'ringing',
        refuseAfter: 60_000,
        cause: 'NO_ANSWER',
        sipStatus: 480,
      });
    case '3':
      return plan('busy', { refuseAfter: 0, cause: 'USER_BUSY', sipStatus: 486 });
    case '4':
      return plan('invalid', { refuseAfter: 0, cause: 'UNALLOCATED_NUMBER', sipStatus: 404 });
    case '5':
      return plan('machine', { signal: 'ringing', answerAfter: 3000, stay: 19_800 });
    case '6':
      return plan('rejected', {
        signal: 'ringing',
        refuseAfter: 3000,
        cause: 'CALL_REJECTED',
        sipStatus: 603,
      });
    case '7':
      return plan('announcement', {
        signal: 'announcement',
        refuseAfter: 6140,
        cause: 'NO_USER_RESPONSE',
        sipStatus: 408,
      });
    case '8':
      return number[1] === '1'
        ? plan('instant', { answerAfter: 0, stay: 0 })
        : plan('short', { answerAfter: 0, stay: 1000 });
    case '9':
      return plan('congestion', { refuseAfter: 0, cause: 'NORMAL_CIRCUIT_CONGESTION', sipStatus: 503 });
    default:
      return plan('invalid', { refuseAfter: 0, cause: 'UNALLOCATED_NUMBER', sipStatus: 404 });
  }
}

/** @param factor what the answer rate is multiplied with for the sake of the caller id */
export function calleeOf(
  gateway: string,
  number: string,
  people: People,
  attempt: number,
  hour: number,
  random: RandomStream,
  factor: number,
): CallPlan {
  return (
    agentPhone(number) ??
    (gateway === TEST_CARRIER ? testCallee(number, random) : people.fate(number, attempt, hour, factor))
  );
}
