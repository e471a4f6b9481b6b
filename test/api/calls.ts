/** Calls over the interface, from the list to the hang-up. */
import { type Harness, until } from './harness.js';

/** Makes a campaign with one contact and one agent, its validation planned as said, lets the call happen, and returns the attempt's id. */
export async function placeCall(h: Harness, id: string, number: string, plan: object = {}): Promise<string> {
  const made = await h.send('POST', '/v1/campaigns', {
    id,
    name: id,
    pool: id,
    stages: { validation: { contacts: 1, tiers: ['expert'], ...plan } },
  });
  if (made.status !== 201) throw new Error(made.text);
  const contact = {
    numbers: [number],
    name: 'Ada',
    timeZone: 'America/New_York',
    fields: { city: 'Albany' },
  };
  await h.send('POST', `/v1/campaigns/${id}/contacts`, [contact]);
  await h.send('POST', `/v1/agents/${id}/login`, {
    pool: id,
    tier: 'expert',
    endpoint: 'user/1',
    ready: true,
  });
  await h.send('POST', `/v1/campaigns/${id}/start`, {});
  const agent = async () => (await h.send('GET', `/v1/agents/${id}`)).body;
  await until(async () => (await agent()).state === 'talking', 'the call stands');
  const { attemptId } = await agent();
  await h.send('POST', `/v1/agents/${id}/hangup`);
  await until(async () => (await agent()).state === 'wrap-up', 'the call ended');
  return attemptId;
}

export async function wrapUp(h: Harness, id: string, attemptId: string): Promise<void> {
  const answer = await h.send('POST', `/v1/agents/${id}/disposition`, {
    attemptId,
    disposition: 'sale',
    note: 'Ada wants the blue one',
  });
  if (answer.status !== 200) throw new Error(answer.text);
}
