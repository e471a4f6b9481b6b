import type { PacingLimit, PacingSnapshot } from './types.js';

/** A number of lines and the word for what set it. */
export interface Clipped {
  lines: number;
  limit: PacingLimit;
  /** Lines wanted before they were cut, and what there was of that which cut them. */
  wanted: number;
  available: number;
}

export const nothingYet = (limit: PacingLimit): Clipped => ({ lines: 0, limit, wanted: 0, available: 0 });

/**
 * Cuts a wish to what the snapshot allows: the switch must be visible, the hour lawful, and channels, calls per
 * second and contacts must be there. The result is written to `out`, so that a decision allocates nothing.
 */
export function clip(wish: number, limit: PacingLimit, s: PacingSnapshot, out: Clipped): number {
  let lines = wish >= 1 ? Math.floor(wish) : 0;
  out.limit = limit;
  out.wanted = lines;
  if (s.blind) {
    lines = 0;
    out.limit = 'blind';
  } else if (s.windowClosed) {
    lines = 0;
    out.limit = 'window';
  } else if (lines > 0) {
    if (lines > s.maxChannelsLeft) {
      lines = Math.max(0, Math.floor(s.maxChannelsLeft));
      out.limit = 'channels';
    }
    if (lines > s.cpsBudget) {
      lines = Math.max(0, Math.floor(s.cpsBudget));
      out.limit = 'cps';
    }
    const hopper = s.hopper;
    if (hopper && lines > hopper.length) {
      lines = hopper.length;
      out.limit = 'hopper';
    }
  }
  out.lines = lines;
  out.available = lines;
  return lines;
}

/**
 * Ready agents that outbound calls may count on; negative when more are kept for inbound calls, or awaited by
 * them, than are ready. `held`: agents kept back.
 */
export function slackForOutbound(s: PacingSnapshot, held = s.agentsHeld ?? 0): number {
  return s.agentsReady - held - (s.inboundWaiting ?? 0);
}

/** The same, for methods that know of ready agents only. */
export function readyForOutbound(s: PacingSnapshot): number {
  return Math.max(0, Math.floor(slackForOutbound(s)));
}
