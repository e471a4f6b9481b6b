/** The core's own counts against what they count: agents, attempts, channels, groups, hoppers, deadlines. */
import assert from 'node:assert/strict';
import type { Agent, Campaign, LiveAttempt, PacingGroup, SideLeg, State } from '../../dialer/core/state.js';

function unanswered(attempt: LiveAttempt): boolean {
  return attempt.answeredAt === undefined;
}

/** Holds between any two steps. Throws at the first count that is wrong. */
export function checkBookkeeping(state: State): void {
  const attempts = [...state.attempts.values()];
  const agents = [...state.agents.values()];
  for (const campaign of state.campaigns.values()) checkCampaign(campaign, attempts, agents);
  checkChannels(state, attempts, agents);
  checkAgents(state, agents);
  for (const attempt of attempts)
    assert(
      attempt.timer?.target !== undefined || attempt.recovered,
      `attempt ${attempt.state} has a deadline`,
    );
  for (const { number } of attempts) assert(state.liveNumbers.has(number), 'a number in a call is taken');
  const taken = attempts.length + state.handedOver.size;
  assert(state.liveNumbers.size <= taken, 'no number is taken without a call');
  for (const leg of state.sideLegs.values()) checkSideLeg(leg);
  for (const call of state.handedOver.values())
    assert(call.timer?.target !== undefined, 'a call that was handed over has a deadline');
  for (const { handling } of attempts)
    if (handling !== undefined && (handling.mode === 'held' || handling.mode === 'consulting'))
      assert(
        handling.timer?.target !== undefined || handling.consult?.timer?.target !== undefined,
        `a customer on hold has a deadline, ${handling.mode}`,
      );
  for (const pool of state.pools.values()) {
    for (const group of pool.groups) checkGroup(group, attempts, agents);
    const waiting = attempts.filter((a) => a.waiting && a.campaign.pool === pool);
    assert.deepEqual(pool.waiting.map((a) => a.id).sort(), waiting.map((a) => a.id).sort(), 'queue');
    const since = pool.waiting.map((a) => a.answeredAt ?? 0);
    assert.deepEqual(
      since,
      [...since].sort((a, b) => a - b),
      'who waits longest is first in the queue',
    );
  }
}

/** A leg beside a call has a deadline of its own, or that of its live call. */
function checkSideLeg(leg: SideLeg): void {
  const { attempt } = leg;
  const own = leg.timer?.target !== undefined;
  if (own) return;
  assert.equal(attempt.state, 'connected', `${leg.kind} leg outlives its call`);
  assert(
    attempt.handling?.consult === leg || attempt.handling?.monitors.includes(leg),
    `${leg.kind} leg is known to its call`,
  );
}

function checkCampaign(campaign: Campaign, all: readonly LiveAttempt[], agents: readonly Agent[]): void {
  const { id } = campaign.settings;
  const attempts = all.filter((a) => a.campaign === campaign);
  assert.equal(campaign.live, attempts.length, `live of ${id}`);
  assert.equal(campaign.inFlight, attempts.filter(unanswered).length, `lines of ${id}`);
  assert.equal(campaign.waiting, attempts.filter((a) => a.waiting).length, `waiting of ${id}`);
  assert.equal(
    campaign.talking,
    attempts.filter((a) => a.connectedAt !== undefined).length,
    `talking of ${id}`,
  );
  const wrapping = agents.filter(
    ({ attempt }) => attempt?.campaign === campaign && attempt.state === 'ended' && !attempt.disposed,
  );
  assert.equal(campaign.wrapping, wrapping.length, `wrapping of ${id}`);
  const contacts = [...campaign.hopper, ...campaign.personal].map((e) => e.lead.contactId);
  assert.equal(new Set(contacts).size, contacts.length, `hopper of ${id} holds each contact once`);
  if (campaign.status !== 'running') assert.equal(contacts.length, 0, `hopper of ${id}, which does not run`);
}

function checkChannels(state: State, attempts: readonly LiveAttempt[], agents: readonly Agent[]): void {
  for (const trunk of state.trunks)
    assert(trunk.channels >= attempts.filter((a) => a.trunk === trunk).length, 'channels of the trunk');
  for (const line of state.switches.values()) {
    const calls = attempts.filter((a) => a.trunk?.line === line).length;
    const legs = agents.filter((a) => a.legId !== '' && a.switchId === line.settings.id).length;
    const { id } = line.settings;
    const beside = [...state.sideLegs.values()].filter((leg) => leg.switchId === id).length;
    const handedOver = [...state.handedOver.values()].filter((call) => call.switchId === id).length;
    const inbound = [...state.inbound.values()].filter((call) => call.switchId === id).length;
    assert.equal(line.channels, calls + legs + beside + handedOver + inbound, 'channels of the switch');
  }
  const byLeg = agents.filter((a) => a.legId !== '').map((a) => a.legId);
  assert.deepEqual([...state.agentsByLeg.keys()].sort(), byLeg.sort(), 'agents by leg');
}

function checkAgents(state: State, agents: readonly Agent[]): void {
  const calls = new Set<LiveAttempt>();
  for (const agent of agents) {
    const { attempt } = agent;
    const what = `${agent.id}, ${agent.state}`;
    if (attempt !== undefined) {
      assert(!calls.has(attempt), `A4: ${what} shares a call`);
      calls.add(attempt);
    }
    assert.equal(agent.inReadyList, agent.state === 'ready', `${what}: in the list of the ready`);
    const timed = agent.timer?.target !== undefined;
    switch (agent.state) {
      case 'ready':
        assert(attempt === undefined && agent.legUp, `${what}: free and reachable`);
        break;
      case 'paused':
        assert.equal(attempt, undefined, `${what}: has no call`);
        break;
      case 'reserved':
        if (attempt === undefined) {
          const { preview, asked } = agent;
          assert((preview === undefined) !== (asked === undefined) && timed, `${what}: for a contact`);
          assert((preview ?? asked)?.campaign.withAgents.has(agent), `${what}: the campaign knows`);
          break;
        }
        assert(attempt !== undefined && state.attempts.has(attempt.id), `${what}: for a live call`);
        assert(attempt.agent === agent || attempt.personalAgent === agent, `${what}: the call knows`);
        break;
      case 'talking':
        assert(attempt?.agent === agent && attempt.connectedAt !== undefined, `${what}: on a call`);
        break;
      case 'wrap-up':
        assert(attempt?.state === 'ended' && !attempt.disposed && timed, `${what}: has a deadline`);
        break;
      case 'connecting':
        assert(timed || agent.recovered !== undefined, `${what}: has a deadline`);
        break;
      case 'offline':
        assert.equal(agent.legId, '', `${what}: has no leg`);
        if (attempt !== undefined) assert(timed, `${what}: its wrap-up has a deadline`);
    }
  }
}

function checkGroup(group: PacingGroup, attempts: readonly LiveAttempt[], agents: readonly Agent[]): void {
  const own = agents.filter((a) => a.group === group);
  const count = (agentState: Agent['state']): number => own.filter((a) => a.state === agentState).length;
  assert.deepEqual(
    [group.ready, group.reserved.size, group.talking.size, group.wrapping.size, group.total],
    [
      count('ready'),
      count('reserved'),
      count('talking'),
      count('wrap-up'),
      count('ready') + count('reserved') + count('talking') + count('wrap-up'),
    ],
    'agents of the group',
  );
  const lines = attempts.filter((a) => a.group === group && unanswered(a));
  const counted = lines.filter((a) => a.campaign.status === 'running' && a.personalAgent === undefined);
  for (const attempt of counted) assert(group.inFlight.has(attempt.id), 'a line of the group is counted');
  for (const attempt of group.inFlight.values()) assert(lines.includes(attempt), 'what is counted is a line');
  assert.equal(group.waiting, attempts.filter((a) => a.group === group && a.waiting).length, 'group waiting');
  if (group.campaigns.length > 0 && group.dirty)
    assert(group.timer?.target !== undefined, 'a group with something to decide will decide');
}

/** Holds when nothing is going on: nothing is held, and no more deadlines are set than there are holders. */
export function checkAtRest(state: State): void {
  assert.equal(state.attempts.size, 0, 'no call is live');
  assert.equal(state.sideLegs.size, 0, 'no leg is left beside a call');
  assert.equal(state.handedOver.size, 0, 'no call is left that was handed over');
  assert.equal(state.inbound.size, 0, 'no caller is left');
  for (const { settings, inFlight, live, talking, waiting, wrapping } of state.campaigns.values())
    assert.deepEqual(
      [inFlight, live, talking, waiting, wrapping],
      [0, 0, 0, 0, 0],
      `counts of ${settings.id}`,
    );
  for (const agent of state.agents.values())
    assert(['ready', 'paused', 'offline'].includes(agent.state), `${agent.id} is stuck in ${agent.state}`);
  let groups = 0;
  for (const pool of state.pools.values()) {
    groups += pool.knownGroups.size;
    assert.equal(pool.waiting.length, 0, 'nobody waits');
  }
  const most = state.campaigns.size + groups + 2 * state.switches.size + 2;
  assert(
    state.deadlines.size <= most,
    `${state.deadlines.size} deadlines are set, at most ${most} are of use`,
  );
  for (const line of state.switches.values())
    assert.equal(line.agentDials.size, 0, 'no leg is to be dialled');
}
