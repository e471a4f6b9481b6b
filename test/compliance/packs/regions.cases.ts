/** Holidays of parts of countries, on days when the rest of the country works. */
import type { Section } from './table.js';

/** pack | number | zone | words | dates | reopens | what else objects. */
const REGIONS = `
  de-bb | +4933112345678 | Europe/Berlin | region=DE-BB | 2025-10-31 | 2025-11-01 09:00 | Reformation Day
  de-be | +493023012345  | Europe/Berlin | region=DE-BE | 2027-03-08 | 2027-03-09 08:00 | Women's Day
  de-bw | +4971112345678 | Europe/Berlin | region=DE-BW | 2026-01-06 | 2026-01-07 08:00 | Epiphany
  de-by | +498912345678  | Europe/Berlin | region=DE-BY | 2026-06-04 | 2026-06-05 08:00 | Corpus Christi
  de-by | +498912345678  | Europe/Berlin | country=DE postal=80331 | 2026-06-04 | 2026-06-05 08:00 | Corpus Christi, by postal code
  de-hb | +4942112345678 | Europe/Berlin | region=DE-HB | 2025-10-31 | 2025-11-01 09:00 | Reformation Day
  de-he | +4969123456789 | Europe/Berlin | region=DE-HE | 2026-06-04 | 2026-06-05 08:00 | Corpus Christi
  de-hh | +4940123456789 | Europe/Berlin | region=DE-HH | 2025-10-31 | 2025-11-01 09:00 | Reformation Day
  de-mv | +4938512345678 | Europe/Berlin | region=DE-MV | 2027-03-08 | 2027-03-09 08:00 | Women's Day
  de-ni | +4951112345678 | Europe/Berlin | region=DE-NI | 2025-10-31 | 2025-11-01 09:00 | Reformation Day
  de-nw | +4921112345678 | Europe/Berlin | region=DE-NW | 2026-06-04 | 2026-06-05 08:00 | Corpus Christi
  de-rp | +4961311234567 | Europe/Berlin | region=DE-RP | 2026-06-04 | 2026-06-05 08:00 | Corpus Christi
  de-sh | +4943112345678 | Europe/Berlin | region=DE-SH | 2025-10-31 | 2025-11-01 09:00 | Reformation Day
  de-sl | +4968112345678 | Europe/Berlin | region=DE-SL | 2026-06-04 | 2026-06-05 08:00 | Corpus Christi
  de-sn | +4935112345678 | Europe/Berlin | region=DE-SN | 2026-11-18 | 2026-11-19 08:00 | Day of Repentance
  de-st | +4939112345678 | Europe/Berlin | region=DE-ST | 2026-01-06 | 2026-01-07 08:00 | Epiphany
  de-th | +4936112345678 | Europe/Berlin | region=DE-TH | 2027-09-20 | 2027-09-21 08:00 | Children's Day

  es-an | +34955551234 | Europe/Madrid | region=ES-AN | 2026-04-02 | 2026-04-06 09:00 | Maundy Thursday
  es-ar | +34976551234 | Europe/Madrid | region=ES-AR | 2026-04-23 | 2026-04-24 09:00 | Day of Aragon
  es-as | +34985551234 | Europe/Madrid | region=ES-AS | 2026-09-08 | 2026-09-09 09:00 | Day of Asturias
  es-cb | +34942551234 | Europe/Madrid | region=ES-CB | 2026-09-15 | 2026-09-16 09:00 | Our Lady of Bien Aparecida
  es-ce | +34956551234 | Europe/Madrid | region=ES-CE | 2026-04-02 | 2026-04-06 09:00 | Maundy Thursday
  es-cl | +34983551234 | Europe/Madrid | region=ES-CL | 2026-04-23 | 2026-04-24 09:00 | Day of Castile and León
  es-cm | +34925551234 | Europe/Madrid | region=ES-CM | 2026-04-02 | 2026-04-06 09:00 | Maundy Thursday
  es-cn | +34922123456 | Atlantic/Canary | region=ES-CN | 2025-05-30 | 2025-06-02 09:00 | Day of the Canaries
  es-ct | +34935551234 | Europe/Madrid | region=ES-CT | 2026-09-11 | 2026-09-14 09:00 | Day of Catalonia
  es-ex | +34924551234 | Europe/Madrid | region=ES-EX | 2026-09-08 | 2026-09-09 09:00 | Day of Extremadura
  es-ga | +34981551234 | Europe/Madrid | region=ES-GA | 2025-07-25 | 2025-07-28 09:00 | Day of Galicia
  es-ib | +34971551234 | Europe/Madrid | region=ES-IB | 2026-04-06 | 2026-04-07 09:00 | Easter Monday
  es-mc | +34968551234 | Europe/Madrid | region=ES-MC | 2026-04-02 | 2026-04-06 09:00 | Maundy Thursday
  es-md | +34915551234 | Europe/Madrid | region=ES-MD | 2025-05-02 | 2025-05-05 09:00 | Day of Madrid
  es-ml | +34952551234 | Europe/Madrid | region=ES-ML | 2026-04-02 | 2026-04-06 09:00 | Maundy Thursday
  es-nc | +34948551234 | Europe/Madrid | region=ES-NC | 2026-04-06 | 2026-04-07 09:00 | Easter Monday
  es-pv | +34945551234 | Europe/Madrid | region=ES-PV | 2026-04-06 | 2026-04-07 09:00 | Easter Monday
  es-ri | +34941551234 | Europe/Madrid | region=ES-RI | 2026-06-09 | 2026-06-10 09:00 | Day of La Rioja
  es-vc | +34965551234 | Europe/Madrid | region=ES-VC | 2026-04-06 | 2026-04-07 09:00 | Easter Monday

  fr-57 | +33387001234   | Europe/Paris       | region=FR-57 | 2026-04-03 | 2026-04-07 10:00 | Good Friday
  fr-67 | +33388001234   | Europe/Paris       | region=FR-67 | 2026-04-03 | 2026-04-07 10:00 | Good Friday
  fr-68 | +33389001234   | Europe/Paris       | region=FR-68 | 2026-04-03 | 2026-04-07 10:00 | Good Friday
  fr-bl | +590590271234  | America/Guadeloupe | region=FR-BL | 2026-10-09 | 2026-10-12 10:00 | end of slavery
  fr-gf | +594594301234  | America/Cayenne    |              | 2026-06-10 | 2026-06-11 10:00 | end of slavery
  fr-gp | +590590911234  | America/Guadeloupe |              | 2026-05-27 | 2026-05-28 10:00 | end of slavery
  fr-mf | +33612345678   | Europe/Paris       | region=FR-MF | 2025-05-27 | 2025-05-28 10:00 | end of slavery
  fr-mq | +596596551234  | America/Martinique |              | 2026-05-22 | 2026-05-26 10:00 | end of slavery
  fr-re | +262262211234  | Indian/Reunion     | zones=Indian/Reunion | 2027-12-20 | 2027-12-21 10:00 | end of slavery
  fr-yt | +262639123456  | Indian/Mayotte     | region=FR-YT zones=Indian/Mayotte | 2026-04-27 | 2026-04-28 10:00 | end of slavery

  br-ac | +5568321234567 | America/Rio_Branco   | | 2026-06-15 | 2026-06-16 09:00 | day of the state
  br-al | +5582321234567 | America/Maceio       | | 2026-06-24 | 2026-06-25 09:00 | Saint John
  br-am | +5592321234567 | America/Manaus       | | 2025-09-05 | 2025-09-06 10:00 | day of the state
  br-ap | +5596321234567 | America/Belem        | | 2026-03-19 | 2026-03-20 09:00 | Saint Joseph
  br-ba | +5571321234567 | America/Bahia        | | 2026-07-02 | 2026-07-03 09:00 | independence of Bahia
  br-ce | +5585321234567 | America/Fortaleza    | | 2026-03-25 | 2026-03-26 09:00 | end of slavery
  br-df | +5561321234567 | America/Sao_Paulo    | | 2026-11-30 | 2026-12-01 09:00 | Evangelicals' day
  br-es | +5527321234567 | America/Sao_Paulo    | | 2026-04-13 | 2026-04-14 09:00 | Our Lady of Penha
  br-go | +5562321234567 | America/Sao_Paulo    | | 2025-10-24 | 2025-10-25 10:00 | Goiânia
  br-ma | +5598321234567 | America/Fortaleza    | | 2026-07-28 | 2026-07-29 09:00 | day of the state
  br-mg | +5531321234567 | America/Sao_Paulo    | | 2026-04-21 | 2026-04-22 09:00 | Tiradentes; br/hours(holiday)
  br-ms | +5567321234567 | America/Campo_Grande | | 2027-10-11 | 2027-10-13 09:00 | day of the state
  br-mt | +5565321234567 | America/Cuiaba       | | 2026-04-21 | 2026-04-22 09:00 | Tiradentes; br/hours(holiday)
  br-pa | +5591321234567 | America/Belem        | | 2025-08-15 | 2025-08-16 10:00 | day of the state
  br-pb | +5583321234567 | America/Fortaleza    | | 2026-08-05 | 2026-08-06 09:00 | day of the state
  br-pe | +5587321234567 | America/Recife       | | 2026-04-21 | 2026-04-22 09:00 | Tiradentes; br/hours(holiday)
  br-pi | +5586321234567 | America/Fortaleza    | | 2026-10-19 | 2026-10-20 09:00 | day of the state
  br-pr | +5541321234567 | America/Sao_Paulo    | | 2025-12-19 | 2025-12-20 10:00 | emancipation
  br-rj | +5521321234567 | America/Sao_Paulo    | | 2026-04-23 | 2026-04-24 09:00 | Saint George
  br-rn | +5584321234567 | America/Fortaleza    | | 2025-10-03 | 2025-10-04 10:00 | martyrs
  br-ro | +5569321234567 | America/Porto_Velho  | | 2026-06-18 | 2026-06-19 09:00 | Evangelicals' day
  br-rr | +5595321234567 | America/Boa_Vista    | | 2026-10-05 | 2026-10-06 09:00 | day of the state
  br-rs | +5551321234567 | America/Sao_Paulo    | | 2027-09-20 | 2027-09-21 09:00 | Farroupilha revolution
  br-sc | +5547321234567 | America/Sao_Paulo    | | 2026-04-21 | 2026-04-22 09:00 | Tiradentes; br/hours(holiday)
  br-se | +5579321234567 | America/Maceio       | | 2026-07-08 | 2026-07-09 09:00 | emancipation
  br-sp | +5511321234567 | America/Sao_Paulo    | | 2026-07-09 | 2026-07-10 09:00 | revolution of 1932
  br-to | +5563321234567 | America/Araguaina    | | 2026-10-05 | 2026-10-06 09:00 | day of the state
`;

function region(line: string): Section {
  const [pack = '', number = '', zone = '', given = '', date = '', reopens = '', what = ''] = line
    .split('|')
    .map((field) => field.trim());
  const [name, also] = what.split('; ');
  const by = also === undefined ? 'holidays(holiday)' : `holidays(holiday),${also}`;
  return {
    pack,
    number,
    zone,
    given: `purpose=any mode=any party=any ${given}`,
    hours: `${name} | ${date} | | closed | ${by} | ${reopens}`,
  };
}

/** The rest of the country calls on that day. */
const neighbours: Section = {
  pack: 'de-by',
  number: '+498912345678',
  zone: 'Europe/Berlin',
  cases: `the record does not say which Land | 2026-06-04 12:00 | | allow | |`,
};

export const regions: readonly Section[] = [
  ...REGIONS.split('\n')
    .filter((line) => line.trim() !== '')
    .map(region),
  neighbours,
];
