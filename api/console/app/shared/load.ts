/** What a page shows of the service: loaded, kept fresh while the page is seen, and its troubles. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** A page that is not seen is refreshed this seldom. Milliseconds. */
const HIDDEN_MILLISECONDS = 30_000;

export interface Loaded<T> {
  /** The newest answer; stays while a later load fails. */
  readonly data: T | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  reload(): void;
}

/**
 * Loads now, again when `key` changes, and every `every` milliseconds. An answer of an earlier key is dropped.
 * An undefined key loads nothing.
 */
export function useLoad<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
  every?: number,
): Loaded<T> {
  const [answer, setAnswer] = useState<{ readonly key: string; readonly data: T }>();
  const [error, setError] = useState<unknown>();
  const [loading, setLoading] = useState(key !== undefined);
  const newest = useRef(load);
  newest.current = load;
  const again = useRef<() => void>(() => undefined);

  useEffect(() => {
    if (key === undefined) return;
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running = false;
    let wanted = false;
    async function run(): Promise<void> {
      clearTimeout(timer);
      if (running) {
        wanted = true;
        return;
      }
      running = true;
      setLoading(true);
      try {
        const data = await newest.current(controller.signal);
        if (controller.signal.aborted) return;
        setAnswer({ key: key!, data });
        setError(undefined);
      } catch (failure) {
        if (controller.signal.aborted) return;
        setError(failure);
      } finally {
        running = false;
        if (!controller.signal.aborted) {
          setLoading(false);
          if (wanted) {
            wanted = false;
            void run();
          } else if (every !== undefined) {
            timer = setTimeout(() => void run(), document.hidden ? HIDDEN_MILLISECONDS : every);
          }
        }
      }
    }
    const seen = () => {
      if (!document.hidden && every !== undefined) void run();
    };
    again.current = () => void run();
    document.addEventListener('visibilitychange', seen);
    void run();
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [key, every]);

  const reload = useCallback(() => again.current(), []);
  return { data: answer?.key === key ? answer?.data : undefined, error, loading, reload };
}

/** The time now, every second (or as said), for timers on screen. */
export function useNow(every = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
