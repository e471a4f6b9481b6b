/** What decisions about a campaign's contacts lean on besides the contacts: the same as the engine's. */
import type { Gate } from '../../compliance/index.js';
import { gateOf } from '../../dialer/core/campaigns.js';
import type { CampaignSettings } from '../../dialer/core/model.js';
import type { CallableWorld } from '../../dialer/evidence/index.js';
import type { Context } from './context.js';

/** Rules are compiled when a gate is made: once for each saved settings. */
const gates = new WeakMap<CampaignSettings, Gate>();

export async function callableWorld(context: Context, settings: CampaignSettings): Promise<CallableWorld> {
  const { registries, engine, packs, views } = context;
  const gate = gates.get(settings) ?? gateOf(settings, registries?.required ?? false, packs);
  gates.set(settings, gate);
  const view = views.current().campaigns.find(({ record }) => record.settings.id === settings.id);
  return {
    settings,
    gate,
    standings: view?.abandon.standings ?? [],
    emergencyAreas: await engine.store.emergencyAreas(),
    registries: registries?.held.versions() ?? [],
    listsOf: (number) => registries?.held.listsOf(number) ?? [],
  };
}
