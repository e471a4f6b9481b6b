/**
 * Prefixes (country code first) that say where in a country of several time zones a number is. The longest
 * one that matches decides; a number that matches none may be anywhere in its country, and so may every
 * mobile number whose range is not tied to a place. Jurisdictions are the country and those parts of it that have
 * rules of their own.
 */
export const PREFIXES: readonly (readonly [prefixes: string, jurisdictions: string, zones: string])[] = [
  // Australia: 2 New South Wales, 3 Victoria and Tasmania, 7 Queensland (with Tweed Heads), 8 the rest.
  ['612', 'AU', 'Australia/Sydney'],
  ['61255 61265', 'AU', 'Australia/Sydney Australia/Lord_Howe'],
  ['613', 'AU', 'Australia/Melbourne'],
  ['617', 'AU', 'Australia/Brisbane Australia/Sydney'],
  ['618', 'AU AU-WA', 'Australia/Adelaide Australia/Darwin Australia/Perth Australia/Eucla'],
  [
    '6185',
    'AU AU-WA',
    'Australia/Sydney Australia/Adelaide Australia/Darwin Australia/Perth Australia/Eucla',
  ],
  ['61880 61881 61882 61883 61884 61887', 'AU', 'Australia/Adelaide Australia/Darwin'],
  ['61891', 'AU AU-WA', 'Australia/Perth Indian/Christmas Indian/Cocos'],

  // Brazil: two-digit area codes, for mobiles too, each in one state.
  ['5511 5512 5513 5514 5515 5516 5517 5518 5519', 'BR BR-SP', 'America/Sao_Paulo'],
  ['5521 5522 5524', 'BR BR-RJ', 'America/Sao_Paulo'],
  ['5527 5528', 'BR BR-ES', 'America/Sao_Paulo'],
  ['5531 5532 5533 5534 5535 5537 5538', 'BR BR-MG', 'America/Sao_Paulo'],
  ['5541 5542 5543 5544 5545 5546', 'BR BR-PR', 'America/Sao_Paulo'],
  ['5547 5548 5549', 'BR BR-SC', 'America/Sao_Paulo'],
  ['5551 5553 5554 5555', 'BR BR-RS', 'America/Sao_Paulo'],
  ['5561', 'BR BR-DF BR-GO', 'America/Sao_Paulo'],
  ['5562 5564', 'BR BR-GO', 'America/Sao_Paulo'],
  ['5563', 'BR BR-TO', 'America/Araguaina'],
  ['5565 5566', 'BR BR-MT', 'America/Cuiaba'],
  ['5567', 'BR BR-MS', 'America/Campo_Grande'],
  ['5568', 'BR BR-AC', 'America/Rio_Branco'],
  ['5569', 'BR BR-RO', 'America/Porto_Velho'],
  ['5571 5573 5574 5575 5577', 'BR BR-BA', 'America/Bahia'],
  ['5579', 'BR BR-SE', 'America/Bahia'],
  ['5581', 'BR BR-PE', 'America/Recife America/Noronha'],
  ['5587', 'BR BR-PE', 'America/Fortaleza'],
  ['5582', 'BR BR-AL', 'America/Fortaleza'],
  ['5583', 'BR BR-PB', 'America/Fortaleza'],
  ['5584', 'BR BR-RN', 'America/Fortaleza'],
  ['5585 5588', 'BR BR-CE', 'America/Fortaleza'],
  ['5586 5589', 'BR BR-PI', 'America/Fortaleza'],
  ['5591 5593 5594', 'BR BR-PA', 'America/Belem'],
  ['5596', 'BR BR-AP', 'America/Belem'],
  ['5592', 'BR BR-AM', 'America/Manaus'],
  ['5595', 'BR BR-RR', 'America/Boa_Vista'],
  ['5597', 'BR BR-AM', 'America/Manaus America/Rio_Branco'],
  ['5598 5599', 'BR BR-MA', 'America/Fortaleza'],

  // Chile: 32 includes Easter Island, the far south keeps one time all year.
  ['562 563 564 565 566 567', 'CL', 'America/Santiago'],
  ['5632', 'CL', 'America/Santiago Pacific/Easter'],
  ['5661', 'CL', 'America/Punta_Arenas'],
  ['5667', 'CL', 'America/Santiago America/Punta_Arenas'],

  ['5932 5933 5934 5936 5937', 'EC', 'America/Guayaquil'],

  // Spain: landlines of the Canary Islands; mobiles may be there too.
  ['348 349', 'ES', 'Europe/Madrid'],
  ['34822 34828 34922 34928', 'ES', 'Atlantic/Canary'],
  ['34900 34901 34902 34800', 'ES', 'Europe/Madrid Atlantic/Canary'],

  // Indonesia: by island; 8 is mobile and 1 has no place.
  ['622 6231 6232 6233 6234 6235 6253 6256 626 627', 'ID', 'Asia/Jakarta'],
  ['6236 6237 6238 624 6254 6255', 'ID', 'Asia/Makassar'],
  ['6251 6252', 'ID', 'Asia/Jakarta Asia/Makassar'],
  ['629', 'ID', 'Asia/Jayapura'],

  // Mexico: most of it keeps one time; the northern border and the north-west do not.
  ['522 523 524 525 527 529', 'MX', 'America/Mexico_City'],
  [
    '52200 52201',
    'MX',
    'America/Mexico_City America/Cancun America/Tijuana America/Hermosillo America/Matamoros America/Ojinaga America/Ciudad_Juarez',
  ],
  ['528', 'MX', 'America/Mexico_City'],
  ['5286 5287 5289', 'MX', 'America/Mexico_City America/Matamoros'],
  ['52867 52868 52878 52897 52899', 'MX', 'America/Matamoros'],
  ['52311 52319 52323 52324 52325 52327 52389', 'MX', 'America/Mazatlan'],
  ['52322 52329', 'MX', 'America/Mexico_City America/Mazatlan'],
  ['52983 52984 52987 52998', 'MX', 'America/Cancun'],
  [
    '526',
    'MX',
    'America/Tijuana America/Hermosillo America/Mexico_City America/Ojinaga America/Ciudad_Juarez',
  ],
  ['52646 52661 52664 52665 52686', 'MX', 'America/Tijuana'],
  ['52653 52658 52663', 'MX', 'America/Tijuana America/Hermosillo'],
  ['52614', 'MX', 'America/Chihuahua'],
  ['52656', 'MX', 'America/Ciudad_Juarez'],
  ['52612 52613 52615 52624 52667 52668 52669 52672 52687', 'MX', 'America/Mazatlan'],
  ['52622 52623 52631 52632 52633 52637 52638 52642 52644 52651 52662', 'MX', 'America/Hermosillo'],

  // New Zealand: the Chatham Islands have one range of landlines; mobiles may be there.
  ['643 644 646 647 649', 'NZ', 'Pacific/Auckland'],
  ['643305', 'NZ', 'Pacific/Chatham'],

  ['3512', 'PT', 'Europe/Lisbon'],
  ['351292 351295 351296', 'PT', 'Atlantic/Azores'],

  // Russia: landlines by area; 9 is mobile and 80 has no place.
  ['747 748 749 781 782 783 786 787 7843 7844 7847 736', 'RU', 'Europe/Moscow'],
  ['7401', 'RU', 'Europe/Kaliningrad'],
  ['7341 7842 7845 7846 7848 7851', 'RU', 'Europe/Samara'],
  ['7342 7343 7345 7346 7347 7349 7351 7352 7353', 'RU', 'Asia/Yekaterinburg'],
  ['7381', 'RU', 'Asia/Omsk'],
  ['7382 7383 7384 7385 7388 7390 7391 7394', 'RU', 'Asia/Krasnoyarsk'],
  ['7301 7395', 'RU', 'Asia/Irkutsk'],
  ['7302 7416', 'RU', 'Asia/Yakutsk'],
  ['7411', 'RU', 'Asia/Yakutsk Asia/Vladivostok Asia/Srednekolymsk'],
  ['7421 7423 7426', 'RU', 'Asia/Vladivostok'],
  ['7413 7424', 'RU', 'Asia/Magadan'],
  ['7415 7427', 'RU', 'Asia/Kamchatka'],
  ['76 77', 'KZ', 'Asia/Almaty'],
];

/** Parts of a country with rules of their own, where a number that says no more than the country may be. */
export const REGIONS_WITH_RULES: Readonly<Record<string, readonly string[]>> = {
  AU: ['AU-WA'],
};
