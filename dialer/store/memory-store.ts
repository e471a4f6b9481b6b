import type { EpochMilliseconds } from '../core/model.js';
import { StoreError } from './errors.js';
import { MemoryStoreCore, type MemoryStoreOptions } from './memory/memory-store-core.js';
import { OperationStore } from './operation-store.js';
import type { StoreOperations } from './operations.js';

export { MemoryStoreCore, type MemoryStoreOptions } from './memory/memory-store-core.js';

/** `Store` over `MemoryStoreCore`, for tests: the promises, errors and end of a durable store, and nothing on disk. */
export class MemoryStore extends OperationStore {
  /** The synchronous store underneath; calls on either are seen by both. */
  readonly core: MemoryStoreCore;
  #closed = false;

  constructor(options: MemoryStoreOptions & { readonly clock?: () => EpochMilliseconds } = {}) {
    super(options.clock ?? Date.now);
    this.core = new MemoryStoreCore(options);
  }

  protected override async perform<K extends keyof StoreOperations>(
    operation: K,
    ...parameters: Parameters<StoreOperations[K]>
  ): Promise<ReturnType<StoreOperations[K]>> {
    this.#mustBeOpen();
    const perform = this.core[operation] as (...p: unknown[]) => ReturnType<StoreOperations[K]>;
    return perform.apply(this.core, parameters);
  }

  override async check(): Promise<void> {
    this.#mustBeOpen();
  }

  override async close(): Promise<void> {
    this.#closed = true;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreError('store_closed', 'the store is closed: open it again');
  }
}
