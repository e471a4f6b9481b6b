/**
 * Ready agents of a pool, longest idle first, as a doubly linked list: taking the first, leaving from the middle
 * and coming back to one's old place (after a bridge that failed) are all short walks.
 */
import type { EpochMilliseconds } from './model.js';

export interface ReadyNode<T> {
  idleSince: EpochMilliseconds;
  previousReady: T | undefined;
  nextReady: T | undefined;
  inReadyList: boolean;
}

export class ReadyList<T extends ReadyNode<T>> {
  #first: T | undefined;
  #last: T | undefined;
  size = 0;

  /** Inserts by `idleSince`; among equals the newcomer is last. */
  add(node: T): void {
    if (node.inReadyList) return;
    let after = this.#last;
    while (after !== undefined && after.idleSince > node.idleSince) after = after.previousReady;
    node.previousReady = after;
    node.nextReady = after === undefined ? this.#first : after.nextReady;
    if (node.nextReady !== undefined) node.nextReady.previousReady = node;
    else this.#last = node;
    if (after !== undefined) after.nextReady = node;
    else this.#first = node;
    node.inReadyList = true;
    this.size++;
  }

  remove(node: T): void {
    if (!node.inReadyList) return;
    if (node.previousReady !== undefined) node.previousReady.nextReady = node.nextReady;
    else this.#first = node.nextReady;
    if (node.nextReady !== undefined) node.nextReady.previousReady = node.previousReady;
    else this.#last = node.previousReady;
    node.previousReady = undefined;
    node.nextReady = undefined;
    node.inReadyList = false;
    this.size--;
  }

  /** The longest idle one that `accepts`. */
  find(accepts: (node: T) => boolean): T | undefined {
    for (let node = this.#first; node !== undefined; node = node.nextReady) if (accepts(node)) return node;
    return undefined;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let node = this.#first; node !== undefined; node = node.nextReady) yield node;
  }
}
