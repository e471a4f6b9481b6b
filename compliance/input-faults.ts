import { EARLIEST_INSTANT, isZone, LATEST_INSTANT } from './time/zone-table.js';
import type { CallMode, Facts, Inputs, Party, Purpose, Reason, Request } from './types.js';
import { isE164, type Place } from './zones/number-zones.js';

export const PURPOSES: readonly Purpose[] = [
  'sales',
  'fundraising',
  'survey',
  'service',
  'collection',
  'political',
];
export const MODES: readonly CallMode[] = ['predictive', 'manual', 'prerecorded'];
export const PARTIES: readonly Party[] = ['consumer', 'business'];

const COUNTRY = /^[A-Z]{2}$/;
const REGION = /^[A-Z]{2}-[A-Z0-9]{1,3}$/;

/** Can the call be judged? The usual one can, so this is asked before anything is put into words. */
function isReadableCall(request: Request, facts: Facts, place: Place, now: number): boolean {
  const { number, purpose, mode, party, ringSeconds } = request;
  if (!(now >= EARLIEST_INSTANT && now < LATEST_INSTANT)) return false;
  if (place.countries.length === 0 || place.special !== undefined || !isE164(number)) return false;
  if (!(ringSeconds >= 0 && ringSeconds <= 3600)) return false;
  if (purpose !== undefined && !PURPOSES.includes(purpose)) return false;
  if (mode !== undefined && !MODES.includes(mode)) return false;
  if (party !== undefined && !PARTIES.includes(party)) return false;
  const { zones, country, region } = facts;
  if (zones !== undefined) for (const zone of zones) if (!isZone(zone)) return false;
  if (country !== undefined && !COUNTRY.test(country)) return false;
  return region === undefined || REGION.test(region);
}

/** Objections that no pack decides: input that cannot be judged. */
export function inputFaults(request: Request, facts: Facts, place: Place, now: number): Reason[] | undefined {
  return isReadableCall(request, facts, place, now) ? undefined : faultsOf(request, facts, place, now);
}

function faultsOf(request: Request, facts: Facts, place: Place, now: number): Reason[] {
  const reasons: Reason[] = [];
  const fault = (rule: Reason['rule'], code: string, detail: string, inputs: Inputs): void => {
    reasons.push({ rule, id: rule, pack: 'gate', version: '1', code, detail, inputs });
  };
  const { number, purpose, mode, party, ringSeconds } = request;
  if (!(now >= EARLIEST_INSTANT && now < LATEST_INSTANT))
    fault('invalid_request', 'bad_now', `now is ${now}: it must be epoch ms in the years 2000 to 2099`, {
      now,
    });
  if (place.countries.length === 0 || !isE164(number))
    fault('invalid_number', 'bad_number', `number '${number}' is not E.164 with a known country code`, {
      number,
    });
  if (place.special !== undefined)
    fault('number_class', 'never_called', `number '${number}' is ${place.special}: never called`, {
      number,
      class: place.special,
    });
  if (!(ringSeconds >= 0 && ringSeconds <= 3600))
    fault('invalid_request', 'bad_ring', `ringSeconds is ${ringSeconds}: it must be 0 to 3600`, {
      ringSeconds,
    });
  if (purpose !== undefined && !PURPOSES.includes(purpose))
    fault('invalid_request', 'bad_purpose', `purpose '${purpose}' is unknown: use ${PURPOSES.join(', ')}`, {
      purpose,
    });
  if (mode !== undefined && !MODES.includes(mode))
    fault('invalid_request', 'bad_mode', `mode '${mode}' is unknown: use ${MODES.join(', ')}`, { mode });
  if (party !== undefined && !PARTIES.includes(party))
    fault('invalid_request', 'bad_party', `party '${party}' is unknown: use ${PARTIES.join(', ')}`, {
      party,
    });
  const { zones, country, region } = facts;
  if (zones !== undefined)
    for (const zone of zones)
      if (!isZone(zone))
        fault(
          'invalid_request',
          'bad_zone',
          `zone '${zone}' is unknown: use an IANA name such as Europe/Paris`,
          {
            zone,
          },
        );
  if (country !== undefined && !COUNTRY.test(country))
    fault('invalid_request', 'bad_country', `country '${country}' is not ISO 3166-1 such as US`, { country });
  if (region !== undefined && !REGION.test(region))
    fault('invalid_request', 'bad_region', `region '${region}' is not ISO 3166-2 such as US-CA`, { region });
  return reasons;
}
