/** The engine's view for requests that only read it: built anew at most fifty times a second. */
import type { EngineView } from '../../dialer/core/view.js';
import type { Engine } from '../../dialer/engine.js';

const FRESH_MILLISECONDS = 20;

export class EngineViews {
  readonly #engine: Pick<Engine, 'view'>;
  #last: { readonly view: EngineView; readonly madeAt: number } | undefined;

  constructor(engine: Pick<Engine, 'view'>) {
    this.#engine = engine;
  }

  current(): EngineView {
    const now = performance.now();
    if (this.#last === undefined || now - this.#last.madeAt > FRESH_MILLISECONDS) {
      this.#last = { view: this.#engine.view(), madeAt: now };
    }
    return this.#last.view;
  }

  /** After a command: whoever sent it sees what it did. */
  invalidate(): void {
    this.#last = undefined;
  }
}
