/** Busy agents, as the look-ahead sees them: the chance that each is free by each grid point. */
import type { EndingModel } from './ending-model.js';
import { ageRow, type DurationModel, FreeTable } from './survival.js';
import type { BusyAgent, PacingSnapshot } from './types.js';

export interface AgentModels {
  readonly talk: DurationModel;
  readonly wrap: DurationModel;
  readonly ending: EndingModel;
}

export class AgentsAhead {
  readonly points: number;
  readonly free = new FreeTable();
  #horizons: readonly number[] = [];
  #ending: EndingModel | null = null;

  /** Agents located last: table rows of talking ones, then of those in wrap-up. */
  rows = new Int32Array(64);
  talking = 0;
  wrapping = 0;
  /** Chances to be free of agents who announced their end, one row of grid points each. */
  announced = new Float64Array(0);
  announcedCount = 0;

  constructor(points: number) {
    this.points = points;
  }

  /** Computes the table for these horizons (seconds), step by step. */
  *rebuild(models: AgentModels, horizons: readonly number[]): Generator<void> {
    this.#ending = models.ending;
    this.#horizons = horizons;
    yield* this.free.build(models.talk, models.wrap, horizons, models.ending);
  }

  /** Finds the table rows of busy agents, and sets those who announced their end apart. */
  locate(s: PacingSnapshot): void {
    const reserved = s.agentsReserved ?? 0;
    const ending = this.#ending as EndingModel;
    this.announcedCount = 0;
    let n = 0;
    const room = (more: number) => {
      if (this.rows.length >= n + more) return;
      const larger = new Int32Array(2 * (n + more));
      larger.set(this.rows);
      this.rows = larger;
    };
    if (ending.inUse && s.talking && s.wrapping) {
      const add = (agents: readonly BusyAgent[], announcedCounts: boolean) => {
        room(agents.length);
        for (const { since, endingSince } of agents) {
          if (endingSince != null && announcedCounts) this.#addAnnounced(ending, s.now - endingSince);
          else this.rows[n++] = ageRow(s.now - since);
        }
      };
      add(s.talking, true);
      this.talking = n;
      add(s.wrapping, ending.sharperThanWrap);
    } else {
      const { talkingSince, wrapSince } = s;
      room(talkingSince.length + wrapSince.length);
      for (let i = 0; i < talkingSince.length; i++) {
        this.rows[n++] = ageRow(s.now - (talkingSince[i] as number));
      }
      this.talking = n;
      for (let i = 0; i < wrapSince.length; i++) this.rows[n++] = ageRow(s.now - (wrapSince[i] as number));
    }
    this.wrapping = n - this.talking;
    // Reserved agents are about to talk.
    if (reserved > 0) {
      room(reserved);
      this.rows.copyWithin(this.talking + reserved, this.talking, n);
      this.rows.fill(0, this.talking, this.talking + reserved);
      this.talking += reserved;
    }
  }

  #addAnnounced(ending: EndingModel, elapsed: number): void {
    const { points } = this;
    const at = this.announcedCount * points;
    if (this.announced.length < at + points) {
      const larger = new Float64Array(2 * (at + points));
      larger.set(this.announced);
      this.announced = larger;
    }
    for (let k = 0; k < points; k++) {
      this.announced[at + k] = ending.freeWithin(elapsed, this.#horizons[k] as number);
    }
    this.announcedCount++;
  }
}
