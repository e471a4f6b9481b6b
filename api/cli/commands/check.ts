/** `tactus check NUMBER`: may this number be called, and why? */
import { type Command, Option } from 'commander';
import {
  createGate,
  type Explanation,
  type Facts,
  PACK_NOTICE,
  type Party,
  type Reason,
  type Request,
  type RulePack,
  type Verdict,
} from '../../../compliance/index.js';
import { numberClassesOf } from '../../../dialer/lists/number-classes.js';
import { isCountry, readPhoneNumber } from '../../../dialer/lists/phone-number.js';
import { ConfigError, loadPacks } from '../../config/index.js';
import { Problems } from '../../config/value-reader.js';
import { createClient, ServiceUnreachable } from '../client.js';
import { CliError, type Io, printResult } from '../io.js';
import { instant } from '../option-values.js';
import { printable } from '../table.js';

/** Ring time that the calling window must leave room for when no campaign says. */
const RING_SECONDS = 30;

interface Objection {
  readonly rule: string;
  readonly pack: string;
  readonly version: string;
  readonly detail: string;
  readonly until?: string;
}

/** The verdict as the HTTP interface gives it. */
interface VerdictAnswer {
  readonly verdict: Verdict['verdict'];
  readonly until?: string;
  readonly reasons: readonly Objection[];
  readonly notices?: readonly (Objection & { readonly severity: string })[];
  readonly permit?: unknown;
  readonly explanation?: Explanation;
  /** What was not looked at. */
  readonly note?: string;
}

interface CheckFlags {
  readonly at?: number;
  readonly campaign?: string;
  readonly country?: string;
  readonly contact?: string;
  readonly party?: Party;
  readonly postalCode?: string;
  readonly offline?: boolean;
  readonly packs?: readonly string[];
  readonly json?: boolean;
}

const LOCAL_NOTE =
  'no service was asked: DNC lists, consent and earlier attempts were not consulted, only calling hours and the like';

function readNumber(text: string, flags: CheckFlags): string {
  const country = flags.country?.toUpperCase();
  if (country !== undefined && !isCountry(country))
    throw new CliError(`--country: "${flags.country}" is not known: give an ISO 3166-1 code such as US`);
  const number = readPhoneNumber(text, country);
  if (number.e164 === undefined) throw new CliError(`"${text}" ${number.problem}`);
  return number.e164;
}

/** The operator's packs with the built-in ones; undefined when none are named. */
function packsOf({ packs = [] }: CheckFlags): readonly RulePack[] | undefined {
  if (packs.length === 0) return undefined;
  const problems = new Problems();
  const loaded = loadPacks(packs, problems);
  if (loaded === undefined) throw new ConfigError(problems.lines);
  return loaded.packs;
}

function checkLocally(number: string, flags: CheckFlags, io: Io): VerdictAnswer {
  const packs = packsOf(flags);
  const gate = createGate(packs === undefined ? {} : { packs });
  const call: Request = {
    number,
    campaignId: '',
    ringSeconds: RING_SECONDS,
    ...(flags.party !== undefined && { party: flags.party }),
  };
  const facts: Facts = {
    dnc: { internal: false, campaign: false },
    consent: { state: 'none' },
    attempts: { at: [] },
    numberClasses: numberClassesOf(number),
    ...(flags.postalCode !== undefined && { postalCode: flags.postalCode }),
  };
  const at = flags.at ?? io.now();
  const verdict = gate.decide(call, facts, at);
  const explanation = gate.explain(call, facts, at);
  const iso = (instant: number): string => new Date(instant).toISOString();
  const withInstant = <T extends Reason>({ until, ...reason }: T) => ({
    ...reason,
    ...(until !== undefined && { until: iso(until) }),
  });
  return {
    verdict: verdict.verdict,
    ...(verdict.until !== undefined && { until: iso(verdict.until) }),
    reasons: verdict.reasons.map(withInstant),
    ...(verdict.notices !== undefined && { notices: verdict.notices.map(withInstant) }),
    ...(verdict.permit !== undefined && { permit: verdict.permit }),
    ...(explanation !== undefined && { explanation }),
    note: LOCAL_NOTE,
  };
}

async function check(text: string, flags: CheckFlags, io: Io): Promise<VerdictAnswer> {
  if (flags.offline === true) {
    if (flags.campaign !== undefined || flags.contact !== undefined)
      throw new CliError(
        '--offline knows no campaigns: leave out --campaign and --contact, or ask a running service',
      );
    return checkLocally(readNumber(text, flags), flags, io);
  }
  if (flags.packs !== undefined)
    throw new CliError('--packs is for --offline: a service applies the packs of its own configuration');
  const client = createClient(io);
  // Without a country the service's own default country counts.
  const number = flags.country === undefined ? text : readNumber(text, flags);
  try {
    return (await client.get('/v1/check', {
      number,
      at: flags.at === undefined ? undefined : new Date(flags.at).toISOString(),
      campaign: flags.campaign,
      contact: flags.contact,
      party: flags.party,
      postalCode: flags.postalCode,
    })) as VerdictAnswer;
  } catch (error) {
    if (!(error instanceof ServiceUnreachable)) throw error;
    // A service that was named has to be there; so has the one that knows the campaign.
    if (
      io.environment['TACTUS_URL'] !== undefined ||
      flags.campaign !== undefined ||
      flags.contact !== undefined
    )
      throw error;
    return checkLocally(readNumber(text, flags), flags, io);
  }
}

const WORDS = {
  allow: 'may be called',
  deny: 'must not be called',
  defer: 'must not be called now',
} as const;

function describe(number: string, answer: VerdictAnswer): string {
  const lines = [
    `${number} ${WORDS[answer.verdict]}${answer.until === undefined ? '' : `, but from ${answer.until}`}`,
  ];
  for (const { rule, pack, version, detail, until } of answer.reasons)
    lines.push(
      `  ${rule} (${pack} ${version}): ${printable(detail)}${until === undefined ? '' : ` [until ${until}]`}`,
    );
  for (const { rule, pack, version, detail, severity } of answer.notices ?? [])
    lines.push(`  ${severity}: ${rule} (${pack} ${version}): ${printable(detail)}`);
  if (answer.explanation !== undefined) lines.push(...describeRules(answer.explanation));
  if (answer.note !== undefined) lines.push(`note: ${answer.note}`);
  lines.push(`note: ${PACK_NOTICE}`);
  return lines.join('\n');
}

function describeRules({ zones, local, jurisdictions, packs }: Explanation): string[] {
  return [
    `the called party may be in ${zones.map((zone, i) => `${zone} (${local[i] ?? ''})`).join(', ')}; jurisdictions ${jurisdictions.join(', ')}`,
    'rules that bind the call:',
    ...packs.flatMap(({ id, title, version, asOf, rules, notes }) => [
      `  ${id} ${version}, ${printable(title)}, as of ${asOf}`,
      ...rules.map(
        (rule) =>
          `    ${rule.id}${rule.severity === 'block' ? '' : ` (${rule.severity})`}: ${printable(rule.detail)} [${printable(rule.source)}; ${rule.confidence}]`,
      ),
      ...(notes === undefined ? [] : [`    note: ${printable(notes)}`]),
    ]),
  ];
}

export function addCheckCommand(program: Command, io: Io): void {
  program
    .command('check')
    .description('may this number be called, and why')
    .argument('<number>', 'international (+1…), or as dialled within the country')
    .option('--at <time>', 'ask for this time, such as 2026-03-02T15:00:00-05:00', instant)
    .option('--campaign <id>', 'also apply the rules of this campaign')
    .option('--contact <id>', 'judge as the engine does when it is about to dial this contact')
    .addOption(new Option('--party <who>', 'who is called').choices(['consumer', 'business']))
    .option('--country <code>', 'country of a number without a country code, such as US')
    .option('--postal-code <code>', 'postal code of the called party')
    .option('--offline', 'do not ask a service: apply only the rules that need no list')
    .option('--packs <file...>', 'rule packs of your own beside the built-in ones; with --offline')
    .option('--json', 'print the verdict as JSON')
    .addHelpText(
      'after',
      '\nWithout a running service only the rules that need no list are applied, and the answer says so.',
    )
    .action(async (number: string, flags: CheckFlags) => {
      const answer = await check(number, flags, io);
      printResult(io, flags.json ?? false, answer, () => describe(number, answer));
    });
}
