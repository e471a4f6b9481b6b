/** Profiles of agents and the pools they work in, and what of them holds when somebody logs in. */
import type { AgentProfile } from '../../dialer/core/model.js';
import type { Store } from '../../dialer/store/port.js';
import { fieldProblem } from './problem.js';

export const PROFILE_KIND = 'agent-profile';
export const POOL_KIND = 'agent-pool';

const PAGE = 500;
const DEFAULT_POOL = 'default';

type Documents = Pick<Store, 'document' | 'documents'>;
type Tier = AgentProfile['tier'];

/** What is known of an agent before anybody logs in. */
export interface ProfileBody {
  readonly name: string;
  readonly team: string;
  readonly tier: Tier;
  /** Absent: the pool that has the team. */
  readonly pool?: string;
  readonly skills?: readonly string[];
  /** To the engine they are skills like the others. */
  readonly languages?: readonly string[];
  /** Phone that the switch dials; absent: named at each login. */
  readonly endpoint?: string;
  readonly switchId?: string;
  /** The user who is this agent. */
  readonly username?: string;
}

/** A pool: its teams belong together, and work the campaigns that name it. */
export interface PoolBody {
  readonly name: string;
  readonly description?: string;
  readonly teams: readonly string[];
}

export interface NamedPool extends PoolBody {
  readonly id: string;
}

/** What a login may say; what it leaves out is the profile's. */
export interface LoginInput {
  readonly name?: string;
  readonly pool?: string;
  readonly team?: string;
  readonly tier?: Tier;
  readonly skills?: readonly string[];
  readonly endpoint?: string;
  readonly switchId?: string;
}

export interface ResolvedLogin {
  readonly profile: AgentProfile;
  readonly endpoint: string;
  readonly switchId: string;
}

export async function namedPools(store: Documents): Promise<readonly NamedPool[]> {
  const pools: NamedPool[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.documents({
      kind: POOL_KIND,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id, body } of page.items) pools.push({ ...(body as unknown as PoolBody), id });
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pools;
}

export async function profileOf(store: Documents, agentId: string): Promise<ProfileBody | undefined> {
  return (await store.document(PROFILE_KIND, agentId))?.body as ProfileBody | undefined;
}

/** Skills and languages, each once. */
export function skillsOf({ skills = [], languages = [] }: ProfileBody): readonly string[] {
  return [...new Set([...skills, ...languages])];
}

/** The pool of an agent: the one that is named, or the one that has the team. */
export async function poolFor(
  store: Documents,
  pool: string | undefined,
  team: string | undefined,
): Promise<string> {
  if (pool !== undefined) return pool;
  if (team === undefined) return DEFAULT_POOL;
  return (await namedPools(store)).find(({ teams }) => teams.includes(team))?.id ?? DEFAULT_POOL;
}

function same(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && new Set([...a, ...b]).size === new Set(a).size;
}

/**
 * What a login comes to: what it says, over the profile. An agent may not say otherwise than the profile does; those who
 * log somebody in may, for a day on another team.
 *
 * @throws Problem when a value contradicts the profile, or when nobody has said which phone
 */
export async function resolveLogin(
  store: Documents,
  id: string,
  input: LoginInput,
  isAgent: boolean,
): Promise<ResolvedLogin> {
  const stored = await profileOf(store, id);
  if (stored === undefined) {
    const { endpoint, switchId = '', name = id, team = 'default', tier = 'ordinary', skills = [] } = input;
    if (endpoint === undefined)
      throw fieldProblem(
        'endpoint',
        `is missing: name the phone, such as user/1001, or make a profile of agent ${id} that has it`,
      );
    const pool = await poolFor(store, input.pool, input.team);
    return { profile: { id, name, pool, team, tier, skills }, endpoint, switchId };
  }
  const known = {
    name: stored.name,
    team: stored.team,
    tier: stored.tier,
    skills: skillsOf(stored),
    pool: await poolFor(store, stored.pool, stored.team),
    endpoint: stored.endpoint,
    switchId: stored.switchId,
  };
  if (isAgent) {
    for (const field of ['name', 'pool', 'team', 'tier', 'skills', 'endpoint', 'switchId'] as const) {
      const given = input[field];
      if (given !== undefined && known[field] !== undefined && !same(given, known[field]))
        throw fieldProblem(
          field,
          `contradicts the profile of agent ${id}, which has ${JSON.stringify(known[field])}: leave it out, or have an operator change the profile`,
        );
    }
  }
  const endpoint = input.endpoint ?? known.endpoint;
  if (endpoint === undefined)
    throw fieldProblem('endpoint', `is missing: the profile of agent ${id} names no phone, so give one`);
  const team = input.team ?? known.team;
  // Another team for a day is another pool, too, unless one is named.
  const pool = input.pool ?? (team === known.team ? known.pool : await poolFor(store, undefined, team));
  return {
    profile: {
      id,
      name: input.name ?? known.name,
      pool,
      team,
      tier: input.tier ?? known.tier,
      skills: input.skills ?? known.skills,
    },
    endpoint,
    switchId: input.switchId ?? known.switchId ?? '',
  };
}
