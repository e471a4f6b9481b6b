/** Reads regions and countries as lists write them into ISO 3166 codes. */
import { getCountries } from 'libphonenumber-js/max';

/** States of the US and provinces of Canada by their postal codes; lists hold either the code or the name. */
const STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  US: {
    AL: 'Alabama',
    AK: 'Alaska',
    AZ: 'Arizona',
    AR: 'Arkansas',
    CA: 'California',
    CO: 'Colorado',
    CT: 'Connecticut',
    DE: 'Delaware',
    DC: 'District of Columbia',
    FL: 'Florida',
    GA: 'Georgia',
    HI: 'Hawaii',
    ID: 'Idaho',
    IL: 'Illinois',
    IN: 'Indiana',
    IA: 'Iowa',
    KS: 'Kansas',
    KY: 'Kentucky',
    LA: 'Louisiana',
    ME: 'Maine',
    MD: 'Maryland',
    MA: 'Massachusetts',
    MI: 'Michigan',
    MN: 'Minnesota',
    MS: 'Mississippi',
    MO: 'Missouri',
    MT: 'Montana',
    NE: 'Nebraska',
    NV: 'Nevada',
    NH: 'New Hampshire',
    NJ: 'New Jersey',
    NM: 'New Mexico',
    NY: 'New York',
    NC: 'North Carolina',
    ND: 'North Dakota',
    OH: 'Ohio',
    OK: 'Oklahoma',
    OR: 'Oregon',
    PA: 'Pennsylvania',
    PR: 'Puerto Rico',
    RI: 'Rhode Island',
    SC: 'South Carolina',
    SD: 'South Dakota',
    TN: 'Tennessee',
    TX: 'Texas',
    UT: 'Utah',
    VT: 'Vermont',
    VA: 'Virginia',
    WA: 'Washington',
    WV: 'West Virginia',
    WI: 'Wisconsin',
    WY: 'Wyoming',
  },
  CA: {
    AB: 'Alberta',
    BC: 'British Columbia',
    MB: 'Manitoba',
    NB: 'New Brunswick',
    NL: 'Newfoundland and Labrador',
    NS: 'Nova Scotia',
    NT: 'Northwest Territories',
    NU: 'Nunavut',
    ON: 'Ontario',
    PE: 'Prince Edward Island',
    QC: 'Quebec',
    SK: 'Saskatchewan',
    YT: 'Yukon',
  },
};

const regionByName = new Map<string, string>();
for (const [country, states] of Object.entries(STATES)) {
  for (const [code, name] of Object.entries(states))
    regionByName.set(name.toLowerCase(), `${country}-${code}`);
}

const countryByName = new Map<string, string>([
  ['usa', 'US'],
  ['u.s.', 'US'],
  ['u.s.a.', 'US'],
  ['united states of america', 'US'],
  ['uk', 'GB'],
  ['great britain', 'GB'],
  ['england', 'GB'],
]);
const englishNames = new Intl.DisplayNames('en', { type: 'region' });
for (const code of getCountries()) {
  countryByName.set(code.toLowerCase(), code);
  const name = englishNames.of(code);
  if (name !== undefined) countryByName.set(name.toLowerCase(), code);
}

/** ISO 3166-1 alpha-2 of a code or English name; undefined when it is none that has a numbering plan. */
export function readCountry(text: string): string | undefined {
  return countryByName.get(text.trim().toLowerCase());
}

/**
 * ISO 3166-2 (`US-CA`) or a country (`US`), from a code with or without the country, or the name of a US state or
 * Canadian province. Undefined when it is none of these.
 *
 * @param country of the row, which a short code belongs to
 */
export function readRegion(text: string, country: string | undefined): string | undefined {
  const known = regionByName.get(text.trim().toLowerCase());
  if (known !== undefined) return known;
  const code = text.trim().toUpperCase();
  if (/^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(code)) return readCountry(code.slice(0, 2)) && code;
  if (!/^[A-Z0-9]{1,3}$/.test(code)) return undefined;
  if (country === undefined || code === country) return readCountry(code);
  const states = STATES[country];
  if (states === undefined) return `${country}-${code}`;
  if (states[code] !== undefined) return `${country}-${code}`;
  // The two countries share lists as they share the calling code.
  const neighbour = country === 'US' ? 'CA' : 'US';
  return STATES[neighbour]?.[code] === undefined ? undefined : `${neighbour}-${code}`;
}
