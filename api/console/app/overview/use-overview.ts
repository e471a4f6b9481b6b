/** The live overview: polled each second while the page is seen, with the recent past of each campaign. */
import { useEffect, useState } from 'preact/hooks';
import type { Overview, Sample } from '../../../http/overview';
import { ApiProblem, api, messageOf } from '../shared/api';
import { t } from './texts';

const SEEN_MILLISECONDS = 1_000;
const HIDDEN_MILLISECONDS = 15_000;
/** Ten minutes of samples, as the server keeps them; between two there are two seconds. */
const SAMPLES = 300;
const SAMPLE_MILLISECONDS = 2_000;

export type History = ReadonlyMap<string, readonly Sample[]>;

export interface Live {
  readonly overview: Overview | undefined;
  readonly history: History;
  /** Empty while all is well; else why there are no new figures. */
  readonly trouble: string;
  /** The service shows its figures only to those who are signed in. */
  readonly closed: boolean;
}

/** `signedIn`: ask as the user who is signed in, instead of for what is shown to everybody. */
export function useOverview(signedIn: boolean): Live {
  const [overview, setOverview] = useState<Overview>();
  const [history, setHistory] = useState<History>(new Map());
  const [trouble, setTrouble] = useState('');
  const [closed, setClosed] = useState(false);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    let past: Map<string, Sample[]> | undefined;
    let sampledAt = 0;

    async function poll(): Promise<void> {
      const first = past === undefined;
      try {
        const next = await api.get<Overview>(
          signedIn ? '/v1/overview' : '/overview.json',
          first ? { history: true } : {},
        );
        if (ended) return;
        past ??= new Map(Object.entries(next.history ?? {}).map(([id, samples]) => [id, [...samples]]));
        if (performance.now() - sampledAt >= SAMPLE_MILLISECONDS) {
          sampledAt = performance.now();
          if (!first) for (const campaign of next.campaigns) remember(past, next, campaign);
          setHistory(new Map(past));
        }
        setClosed(false);
        setTrouble('');
        setOverview(next);
      } catch (error) {
        if (ended) return;
        if (!signedIn && error instanceof ApiProblem && (error.status === 401 || error.status === 404)) {
          setClosed(true);
          return;
        }
        setTrouble(t('noFigures', { reason: messageOf(error) }));
      }
      again();
    }
    function again(): void {
      clearTimeout(timer);
      timer = setTimeout(() => void poll(), document.hidden ? HIDDEN_MILLISECONDS : SEEN_MILLISECONDS);
    }
    function seen(): void {
      if (!document.hidden) {
        clearTimeout(timer);
        void poll();
      }
    }
    document.addEventListener('visibilitychange', seen);
    void poll();
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [signedIn]);

  return { overview, history, trouble, closed };
}

function remember(
  past: Map<string, Sample[]>,
  overview: Overview,
  campaign: Overview['campaigns'][number],
): void {
  if (campaign.status !== 'running' && !past.has(campaign.id)) return;
  const samples = past.get(campaign.id) ?? [];
  past.set(campaign.id, samples);
  const sum = (key: 'attempts' | 'liveAnswers') => campaign.stages.reduce((n, stage) => n + stage[key], 0);
  samples.push([
    overview.at,
    campaign.inFlight,
    campaign.talking,
    campaign.agents.ready ?? 0,
    sum('attempts'),
    sum('liveAnswers'),
    campaign.linesTarget,
  ]);
  if (samples.length > SAMPLES) samples.shift();
}
