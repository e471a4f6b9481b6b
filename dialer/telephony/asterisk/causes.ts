/** Why a channel ended: Asterisk's cause and dialstatus in the port's words, which are FreeSWITCH's names of the Q.850 causes. */

const names: Readonly<Record<number, string>> = {
  1: 'UNALLOCATED_NUMBER',
  2: 'NO_ROUTE_TRANSIT_NET',
  3: 'NO_ROUTE_DESTINATION',
  6: 'CHANNEL_UNACCEPTABLE',
  16: 'NORMAL_CLEARING',
  17: 'USER_BUSY',
  18: 'NO_USER_RESPONSE',
  19: 'NO_ANSWER',
  20: 'SUBSCRIBER_ABSENT',
  21: 'CALL_REJECTED',
  22: 'NUMBER_CHANGED',
  26: 'NORMAL_CLEARING',
  27: 'DESTINATION_OUT_OF_ORDER',
  28: 'INVALID_NUMBER_FORMAT',
  29: 'FACILITY_REJECTED',
  31: 'NORMAL_UNSPECIFIED',
  34: 'NORMAL_CIRCUIT_CONGESTION',
  38: 'NETWORK_OUT_OF_ORDER',
  41: 'NORMAL_TEMPORARY_FAILURE',
  42: 'SWITCH_CONGESTION',
  44: 'REQUESTED_CHAN_UNAVAIL',
  50: 'FACILITY_NOT_SUBSCRIBED',
  57: 'BEARERCAPABILITY_NOTAUTH',
  58: 'BEARERCAPABILITY_NOTAVAIL',
  65: 'BEARERCAPABILITY_NOTIMPL',
  66: 'CHAN_NOT_IMPLEMENTED',
  69: 'FACILITY_NOT_IMPLEMENTED',
  79: 'SERVICE_NOT_IMPLEMENTED',
  88: 'INCOMPATIBLE_DESTINATION',
  96: 'MANDATORY_IE_MISSING',
  102: 'RECOVERY_ON_TIMER_EXPIRE',
  111: 'PROTOCOL_ERROR',
  127: 'INTERWORKING',
};

/** The smallest number of each name. */
const numbers = new Map(
  Object.entries(names)
    .reverse()
    .map(([number, name]) => [name, Number(number)]),
);

/** A `Local` channel that is busy or congested ends with cause 0; its dialstatus says why. */
const ofDialstatus: Readonly<Record<string, string>> = {
  BUSY: 'USER_BUSY',
  CONGESTION: 'NORMAL_CIRCUIT_CONGESTION',
  NOANSWER: 'NO_ANSWER',
  CHANUNAVAIL: 'REQUESTED_CHAN_UNAVAIL',
};

/**
 * The cause of an ended channel.
 * @param cause Q.850, 0 when Asterisk knows none
 * @param dialstatus the last one of its `Dial`; it says less than the cause (NOANSWER goes with 1, 21, 27 and 28, too), so
 * it counts where there is none
 */
export function causeOf(cause: number, dialstatus: string, answered: boolean): string {
  const name = names[cause];
  if (name !== undefined) return name;
  if (cause > 0) return 'NORMAL_UNSPECIFIED';
  if (answered) return 'NORMAL_CLEARING';
  // Nothing was dialled: no such extension, or none that said anything.
  return ofDialstatus[dialstatus] ?? 'DESTINATION_OUT_OF_ORDER';
}

/** The Q.850 number of a cause to hang up with; 16 for those that have none. */
export function reasonCode(cause: string): number {
  return numbers.get(cause) ?? 16;
}
