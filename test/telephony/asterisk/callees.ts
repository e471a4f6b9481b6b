/** How the far end behaves, by the first digit of the called number: the same as `test/live/asterisk/extensions.conf`. */
export interface Callee {
  readonly rings: boolean;
  /** Early media. */
  readonly progress: boolean;
  /** Milliseconds from the dialling on; infinity: never. */
  readonly answersAfter: number;
  /** Milliseconds from the answer, or from the dialling on where there is none. */
  readonly endsAfter: number;
  /** Q.850, and the SIP status that goes with it. */
  readonly cause: number;
  readonly sipStatus?: number;
}

const never = Number.POSITIVE_INFINITY;
const silent = { rings: false, progress: false, answersAfter: never };
const answered = { rings: false, progress: false, endsAfter: never, cause: 16 };

export function calleeOf(number: string): Callee {
  if (number.startsWith('tagent-')) return { ...answered, answersAfter: 0 };
  if (number.startsWith('81')) return { ...answered, answersAfter: 0, endsAfter: 0 };
  switch (number[0]) {
    case '0':
      return { ...answered, rings: true, answersAfter: 2000 };
    case '2':
      return { ...silent, rings: true, endsAfter: never, cause: 19 };
    case '3':
      return { ...silent, endsAfter: 0, cause: 17, sipStatus: 486 };
    case '4':
      return { ...silent, endsAfter: 0, cause: 1, sipStatus: 404 };
    case '6':
      return { ...silent, rings: true, endsAfter: 3000, cause: 21, sipStatus: 403 };
    case '7':
      return { ...silent, progress: true, endsAfter: 4000, cause: 18, sipStatus: 408 };
    case '8':
      return { ...answered, answersAfter: 0, endsAfter: 1000 };
    default:
      return { ...silent, endsAfter: 0, cause: 34, sipStatus: 503 };
  }
}
