/** What the oracle knows of some numbers and postal codes. */

export const NUMBERS: readonly {
  readonly prefix: string;
  readonly digits: number;
  readonly places: readonly string[];
  readonly zones: readonly string[];
  /** The number does not tell where in the country it is. */
  readonly anywhere?: true;
}[] = [
  { prefix: '+1212555', digits: 4, places: ['US', 'US-NY'], zones: ['America/New_York'] },
  { prefix: '+1305555', digits: 4, places: ['US', 'US-FL'], zones: ['America/New_York'] },
  { prefix: '+1850555', digits: 4, places: ['US', 'US-FL'], zones: ['America/New_York', 'America/Chicago'] },
  { prefix: '+1448555', digits: 4, places: ['US', 'US-FL'], zones: ['America/New_York', 'America/Chicago'] },
  { prefix: '+1401555', digits: 4, places: ['US', 'US-RI'], zones: ['America/New_York'] },
  { prefix: '+1512555', digits: 4, places: ['US', 'US-TX'], zones: ['America/Chicago'] },
  { prefix: '+1915555', digits: 4, places: ['US', 'US-TX'], zones: ['America/Denver'] },
  { prefix: '+1502555', digits: 4, places: ['US', 'US-KY'], zones: ['America/Kentucky/Louisville'] },
  { prefix: '+1801555', digits: 4, places: ['US', 'US-UT'], zones: ['America/Denver'] },
  { prefix: '+1601555', digits: 4, places: ['US', 'US-MS'], zones: ['America/Chicago'] },
  { prefix: '+1605555', digits: 4, places: ['US', 'US-SD'], zones: ['America/Chicago', 'America/Denver'] },
  { prefix: '+1503555', digits: 4, places: ['US', 'US-OR'], zones: ['America/Los_Angeles'] },
  { prefix: '+1541555', digits: 4, places: ['US', 'US-OR'], zones: ['America/Los_Angeles', 'America/Boise'] },
  { prefix: '+1405555', digits: 4, places: ['US', 'US-OK'], zones: ['America/Chicago'] },
  { prefix: '+1203555', digits: 4, places: ['US', 'US-CT'], zones: ['America/New_York'] },
  { prefix: '+1410555', digits: 4, places: ['US', 'US-MD'], zones: ['America/New_York'] },
  { prefix: '+1617555', digits: 4, places: ['US', 'US-MA'], zones: ['America/New_York'] },
  { prefix: '+1906555', digits: 4, places: ['US', 'US-MI'], zones: ['America/Detroit', 'America/Menominee'] },
  { prefix: '+1612555', digits: 4, places: ['US', 'US-MN'], zones: ['America/Chicago'] },
  { prefix: '+1505555', digits: 4, places: ['US', 'US-NM'], zones: ['America/Denver'] },
  {
    prefix: '+1775555',
    digits: 4,
    places: ['US', 'US-NV'],
    zones: ['America/Los_Angeles', 'America/Denver'],
  },
  { prefix: '+1206555', digits: 4, places: ['US', 'US-WA'], zones: ['America/Los_Angeles'] },
  { prefix: '+1928555', digits: 4, places: ['US', 'US-AZ'], zones: ['America/Phoenix', 'America/Denver'] },
  { prefix: '+1415555', digits: 4, places: ['US', 'US-CA'], zones: ['America/Los_Angeles'] },
  { prefix: '+1907555', digits: 4, places: ['US', 'US-AK'], zones: ['America/Anchorage', 'America/Adak'] },
  { prefix: '+1808555', digits: 4, places: ['US', 'US-HI'], zones: ['Pacific/Honolulu'] },
  { prefix: '+1671555', digits: 4, places: ['US', 'US-GU'], zones: ['Pacific/Guam'] },
  {
    prefix: '+1709555',
    digits: 4,
    places: ['CA', 'CA-NL'],
    zones: ['America/St_Johns', 'America/Goose_Bay'],
  },
  { prefix: '+1416555', digits: 4, places: ['CA', 'CA-ON'], zones: ['America/Toronto'] },
  { prefix: '+1604555', digits: 4, places: ['CA', 'CA-BC'], zones: ['America/Vancouver'] },
  { prefix: '+44163296', anywhere: true, digits: 4, places: ['GB'], zones: ['Europe/London'] },
  { prefix: '+3319900', anywhere: true, digits: 4, places: ['FR'], zones: ['Europe/Paris'] },
  { prefix: '+4930230', anywhere: true, digits: 5, places: ['DE'], zones: ['Europe/Berlin'] },
  { prefix: '+3491555', digits: 4, places: ['ES'], zones: ['Europe/Madrid'] },
  {
    prefix: '+34600555',
    digits: 3,
    anywhere: true,
    places: ['ES'],
    zones: ['Europe/Madrid', 'Atlantic/Canary'],
  },
  { prefix: '+3906555', anywhere: true, digits: 4, places: ['IT'], zones: ['Europe/Rome'] },
  { prefix: '+61255501', digits: 3, places: ['AU'], zones: ['Australia/Sydney', 'Australia/Lord_Howe'] },
  { prefix: '+61730101', digits: 3, places: ['AU'], zones: ['Australia/Brisbane', 'Australia/Sydney'] },
  {
    prefix: '+61491570',
    digits: 3,
    anywhere: true,
    places: ['AU', 'AU-WA'],
    zones: [
      'Australia/Sydney',
      'Australia/Brisbane',
      'Australia/Adelaide',
      'Australia/Darwin',
      'Australia/Perth',
      'Australia/Eucla',
      'Australia/Lord_Howe',
    ],
  },
  { prefix: '+1205555', digits: 4, places: ['US', 'US-AL'], zones: ['America/Chicago'] },
  { prefix: '+1504555', digits: 4, places: ['US', 'US-LA'], zones: ['America/Chicago'] },
  { prefix: '+1717555', digits: 4, places: ['US', 'US-PA'], zones: ['America/New_York'] },
  { prefix: '+1402555', digits: 4, places: ['US', 'US-NE'], zones: ['America/Chicago'] },
  { prefix: '+1307555', digits: 4, places: ['US', 'US-WY'], zones: ['America/Denver'] },
  { prefix: '+1312555', digits: 4, places: ['US', 'US-IL'], zones: ['America/Chicago'] },
  { prefix: '+1207555', digits: 4, places: ['US', 'US-ME'], zones: ['America/New_York'] },
  { prefix: '+1303555', digits: 4, places: ['US', 'US-CO'], zones: ['America/Denver'] },
  { prefix: '+1615555', digits: 4, places: ['US', 'US-TN'], zones: ['America/Chicago'] },
  { prefix: '+353155512', digits: 3, places: ['IE'], zones: ['Europe/Dublin'], anywhere: true },
  { prefix: '+31205551', digits: 4, places: ['NL'], zones: ['Europe/Amsterdam'], anywhere: true },
  { prefix: '+4822555', digits: 4, places: ['PL'], zones: ['Europe/Warsaw'], anywhere: true },
  { prefix: '+64955512', digits: 3, places: ['NZ'], zones: ['Pacific/Auckland'] },
  { prefix: '+91987654', digits: 4, places: ['IN'], zones: ['Asia/Kolkata'], anywhere: true },
  { prefix: '+861381234', digits: 4, places: ['CN'], zones: ['Asia/Shanghai'], anywhere: true },
  { prefix: '+8522123', digits: 4, places: ['HK'], zones: ['Asia/Hong_Kong'], anywhere: true },
  { prefix: '+88621234', digits: 4, places: ['TW'], zones: ['Asia/Taipei'], anywhere: true },
  { prefix: '+81312345', digits: 3, places: ['JP'], zones: ['Asia/Tokyo'], anywhere: true },
  { prefix: '+6561234', digits: 3, places: ['SG'], zones: ['Asia/Singapore'], anywhere: true },
  { prefix: '+5511955', digits: 6, places: ['BR', 'BR-SP'], zones: ['America/Sao_Paulo'] },
  { prefix: '+5255551', digits: 5, places: ['MX'], zones: ['America/Mexico_City'] },
  { prefix: '+2711555', digits: 4, places: ['ZA'], zones: ['Africa/Johannesburg'], anywhere: true },
  { prefix: '+9714555', digits: 4, places: ['AE'], zones: ['Asia/Dubai'], anywhere: true },
  { prefix: '+995322', digits: 6, places: ['GE'], zones: ['Asia/Tbilisi'], anywhere: true },
];

/** Some postal codes, the parts of the country and the zones they mean; `sure` where the zone follows from the part. */
export const POSTAL_CODES: readonly {
  readonly country: string;
  readonly code: string;
  readonly places: readonly string[];
  readonly zones: readonly string[];
  readonly sure: boolean;
}[] = [
  { country: 'US', code: '33139', places: ['US-FL'], zones: ['America/New_York'], sure: false },
  { country: 'US', code: '94105-1234', places: ['US-CA'], zones: ['America/Los_Angeles'], sure: false },
  {
    country: 'US',
    code: '47708',
    places: ['US-IN'],
    zones: ['America/New_York', 'America/Chicago'],
    sure: false,
  },
  { country: 'US', code: '02903', places: ['US-RI'], zones: ['America/New_York'], sure: false },
  {
    country: 'US',
    code: '97914',
    places: ['US-OR'],
    zones: ['America/Denver', 'America/Los_Angeles'],
    sure: false,
  },
  { country: 'AU', code: '6000', places: ['AU-WA'], zones: ['Australia/Perth'], sure: true },
  { country: 'AU', code: '2000', places: ['AU-NSW'], zones: ['Australia/Sydney'], sure: true },
  { country: 'AU', code: '4000', places: ['AU-QLD'], zones: ['Australia/Brisbane'], sure: true },
  { country: 'CA', code: 'M5V 2T6', places: ['CA-ON'], zones: ['America/Toronto'], sure: true },
  { country: 'DE', code: '80331', places: ['DE-BY'], zones: ['Europe/Berlin'], sure: true },
  { country: 'ES', code: '35001', places: ['ES-CN'], zones: ['Atlantic/Canary'], sure: true },
  { country: 'BR', code: '01310-100', places: ['BR-SP'], zones: ['America/Sao_Paulo'], sure: true },
];
