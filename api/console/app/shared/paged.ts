/** A list that is looked through page by page, and filters that are typed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, type Query } from './api';
import { notifyError } from './feedback';
import { useLoad } from './load';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

export interface Paged<T> {
  /** All pages that were loaded; undefined while the first is on its way. */
  readonly items: readonly T[] | undefined;
  readonly error: unknown;
  reload(): void;
  /** Loads the next page; undefined when there is none. */
  readonly more: (() => void) | undefined;
}

/** `every`: milliseconds between two looks at the first page, as long as no other was loaded. */
export function usePaged<T>(path: string | undefined, query: Query, every?: number): Paged<T> {
  const [further, setFurther] = useState<readonly T[]>([]);
  const [cursor, setCursor] = useState<string>();
  const key = path === undefined ? undefined : `${path} ${JSON.stringify(query)}`;
  // What is on screen stays as it is while somebody reads on in it.
  const stays = useRef<{ readonly key: string; readonly page: Page<T> } | undefined>(undefined);
  const { data, error, reload } = useLoad(
    key,
    async (signal) =>
      stays.current?.key === key ? stays.current!.page : await api.get<Page<T>>(path!, query, signal),
    every,
  );
  useEffect(() => {
    stays.current = undefined;
    setFurther([]);
    setCursor(data?.nextCursor);
  }, [data]);

  async function next(): Promise<void> {
    const page = await api.get<Page<T>>(path!, { ...query, cursor });
    stays.current = { key: key!, page: data! };
    setFurther((before) => [...before, ...page.items]);
    setCursor(page.nextCursor);
  }
  return {
    items: data === undefined ? undefined : [...data.items, ...further],
    error,
    reload: () => {
      stays.current = undefined;
      reload();
    },
    more: cursor === undefined || data === undefined ? undefined : () => void next().catch(notifyError),
  };
}

/** A filter is asked for when nobody types any more. */
const TYPING_MILLISECONDS = 350;

/** The value as it is once it has been the same for a moment. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [key]);
  return settled;
}
