/** The agent's card as it stands, and whether it can be believed: what is not fresh is not shown. */
import { useEffect, useState } from 'preact/hooks';
import { openStream } from '../shared/events';
import { milliseconds } from '../shared/format';
import type { Card } from './types';

/** The service sends something every five seconds: with nothing for this long the link is taken for lost. */
const SILENCE_MILLISECONDS = 12_000;

export interface Desk {
  /** `out`: the agent has never logged in, or the stream is closed to us. */
  readonly link: 'connecting' | 'live' | 'lost' | 'out';
  readonly card: Card | undefined;
  /** The service's clock minus the browser's, milliseconds. */
  readonly offset: number;
  /** Takes a card that an answer brought. */
  take(card: Card): void;
  /** Opens the stream anew. */
  reopen(): void;
}

export function useDesk(agentId: string | undefined): Desk {
  const [card, setCard] = useState<Card>();
  const [link, setLink] = useState<Desk['link']>('connecting');
  const [offset, setOffset] = useState(0);
  const [opened, setOpened] = useState(0);
  const take = (next: Card): void => {
    setOffset(milliseconds(next.now) - Date.now());
    setCard(next);
  };

  useEffect(() => {
    if (agentId === undefined) return;
    let heardAt = Date.now();
    const close = openStream({
      path: `/v1/agents/${encodeURIComponent(agentId)}/events`,
      onEvent: ({ kind, data }) => {
        heardAt = Date.now();
        if (kind === 'card') {
          take(data as Card);
          setLink('live');
        } else if (kind === 'heartbeat') setLink((now) => (now === 'live' ? now : 'connecting'));
      },
      onState: (state) => {
        if (state === 'reconnecting') setLink('lost');
        else if (state === 'off') setLink('out');
      },
    });
    const watch = setInterval(() => {
      if (Date.now() - heardAt < SILENCE_MILLISECONDS) return;
      setLink((now) => (now === 'out' ? now : 'lost'));
      // A line that is dead without a word: another is tried.
      setOpened((count) => count + 1);
    }, 1_000);
    const offline = () => setLink('lost');
    const online = () => setOpened((count) => count + 1);
    addEventListener('offline', offline);
    addEventListener('online', online);
    return () => {
      close();
      clearInterval(watch);
      removeEventListener('offline', offline);
      removeEventListener('online', online);
    };
  }, [agentId, opened]);

  return {
    link,
    card,
    offset,
    take,
    reopen: () => {
      setLink('connecting');
      setOpened((count) => count + 1);
    },
  };
}

/** The service's time, now and at each second. */
export function useNow(offset: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(ticking);
  }, []);
  return now + offset;
}
