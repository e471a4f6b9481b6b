/** Chooses one of the campaigns. */
import { useLive } from '../live';
import { SelectField } from '../shared/form';
import { useLoad } from '../shared/load';
import { allItems } from '../shared/pages';
import { t } from './texts';

interface Named {
  readonly id: string;
  readonly settings: { readonly name: string };
}

export function CampaignSelect({
  value,
  onChange,
  none,
}: {
  value: string;
  onChange(id: string): void;
  /** What no campaign means. */
  none: string;
}) {
  const { overview } = useLive().live;
  const more = overview !== undefined && overview.campaignsInAll > overview.campaigns.length;
  const { data } = useLoad(more ? 'all' : undefined, (signal) =>
    allItems<Named>('/v1/campaigns', {}, signal),
  );
  const named = data?.map(({ id, settings }) => ({ id, name: settings.name })) ?? overview?.campaigns ?? [];
  return (
    <SelectField
      label={t('check.campaign')}
      name="campaign"
      value={value}
      onChange={onChange}
      options={[{ value: '', label: none }, ...named.map(({ id, name }) => ({ value: id, label: name }))]}
    />
  );
}
