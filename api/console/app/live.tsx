/** The live overview for every page: figures, the service's clock, and the stream of noteworthy events. */
import { type ComponentChildren, createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import type { OverviewCampaign } from '../../http/overview';
import type { Live } from './overview/use-overview';

interface LiveContext {
  readonly live: Live;
  /** Service's time less the browser's, milliseconds: the two clocks differ, and a demonstration's runs faster. */
  readonly offset: number;
}

const Context = createContext<LiveContext | undefined>(undefined);

export function LiveProvider({ live, children }: { live: Live; children: ComponentChildren }) {
  const at = live.overview?.at;
  // Measured when an overview arrives, not at each rendering; rounded, so that it seldom changes.
  const offset = useMemo(() => (at === undefined ? 0 : Math.round((at - Date.now()) / 200) * 200), [at]);
  return <Context.Provider value={{ live, offset }}>{children}</Context.Provider>;
}

export function useLive(): LiveContext {
  const context = useContext(Context);
  if (context === undefined) throw new Error('useLive needs a LiveProvider above it');
  return context;
}

/** The service's time. */
export function useServiceNow(): number {
  const { live, offset } = useLive();
  return live.overview === undefined ? Date.now() : Date.now() + offset;
}

/** The campaign in the overview, which has the newest figures; undefined when it is not among those shown. */
export function useCampaignOverview(id: string): OverviewCampaign | undefined {
  return useLive().live.overview?.campaigns.find((campaign) => campaign.id === id);
}
