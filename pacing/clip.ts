import type { PacingLimit, PacingSnapshot } from './types.js';

/** A number of lines and the word for what set it. */
export interface Clipped {
  lines: number;
  limit: PacingLimit;
}

/**
 * Cuts a wish to what the snapshot allows: the switch must be visible, and channels, calls per second and
 * contacts must be there. The result is written to `out`, so that a decision allocates nothing.
 */
export function clip(wish: number, limit: PacingLimit, s: PacingSnapshot, out: Clipped): number {
  let lines = wish >= 1 ? Math.floor(wish) : 0;
  out.limit = limit;
  if (s.blind) {
    lines = 0;
    out.limit = 'blind';
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
  return lines;
}

/** Ready agents that outbound calls may count on. */
export function readyForOutbound(s: PacingSnapshot): number {
  const held = s.agentsHeld;
  return held ? Math.max(0, s.agentsReady - held) : s.agentsReady;
}
