/** What agents do with their own call: hold, mute, keys, transfers, a consultation, three-way. */
import Type from 'typebox';
import type { CallAction } from '../../../dialer/core/inputs.js';
import { forcedAgentEntry } from '../audit.js';
import { type App, type Context, command } from '../context.js';
import { IdParameters, problems, STRICT } from '../schemas.js';
import { AgentAnswer, agentAnswer, agentOf } from './agents.js';

const On = Type.Object({ on: Type.Boolean() }, { ...STRICT, examples: [{ on: true }] });

/** As `to` of a transfer, and endpoints of supervisors' phones. */
export const ENDPOINT_PATTERN = '^[A-Za-z0-9_.@:/+~;=-]{1,200}$';

const To = Type.Object(
  {
    to: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[^\\r\\n\\\\{}\\[\\],|\'"]+$',
      description:
        "A phone number, which goes out over the call's trunk; an endpoint on the switch such as user/1002; or the name of one of the campaign's destinations.",
    }),
  },
  { ...STRICT, examples: [{ to: 'user/1002' }] },
);

export function agentCallRoutes(app: App, context: Context): void {
  const tags = ['agents'];
  const response = {
    200: AgentAnswer,
    ...problems(
      'validation_failed',
      'key_missing',
      'role_lacking',
      'agent_not_found',
      'conflict',
      'not_available',
    ),
  };

  const act = async (
    request: Parameters<typeof forcedAgentEntry>[1],
    id: string,
    action: CallAction,
  ): Promise<ReturnType<typeof agentAnswer>> => {
    const { state } = agentOf(context, id);
    const word = `call.${action.kind}`;
    await command(
      context,
      { type: 'agent-call', agentId: id, action },
      forcedAgentEntry(context, request, id, word, state),
    );
    return agentAnswer(agentOf(context, id));
  };

  const switched = [
    ['hold', 'holdCall', 'Put the customer on hold, or come back'],
    ['mute', 'muteCall', 'Mute the agent, or end that'],
    ['recording', 'recordCall', 'Record the call, where the campaign leaves that to the agent, or end that'],
  ] as const;
  for (const [kind, operationId, summary] of switched) {
    app.post(
      `/v1/agents/:id/call/${kind}`,
      { schema: { operationId, tags, summary, params: IdParameters, body: On, response } },
      async (request) => act(request, request.params.id, { kind, on: request.body.on }),
    );
  }

  app.post(
    '/v1/agents/:id/call/dtmf',
    {
      schema: {
        operationId: 'sendDigits',
        tags,
        summary: 'Send keys to the other end',
        description: 'To the customer, or in a consultation to the party that is consulted.',
        params: IdParameters,
        body: Type.Object(
          {
            digits: Type.String({
              pattern: '^[0-9A-D*#wW]{1,64}$',
              description: '0–9, A–D, * and #; w waits half a second, W a whole one.',
            }),
          },
          { ...STRICT, examples: [{ digits: '12#' }] },
        ),
        response,
      },
    },
    async (request) => act(request, request.params.id, { kind: 'digits', digits: request.body.digits }),
  );

  const directed = [
    [
      'transfer',
      'transferCall',
      'Transfer the call at once',
      'The customer is connected with the destination by the switch, and the agent wraps up.',
    ],
    [
      'consult',
      'consultCall',
      'Call somebody while the customer waits',
      'The customer hears music. When the party answers, the agent talks with them; `consult/complete`, `consult/cancel` or `conference` come next. A party that does not answer, or hangs up, brings the agent back to the customer.',
    ],
  ] as const;
  for (const [kind, operationId, summary, description] of directed) {
    app.post(
      `/v1/agents/:id/call/${kind}`,
      {
        schema: { operationId, tags, summary, description, params: IdParameters, body: To, response },
      },
      async (request) => act(request, request.params.id, { kind, to: request.body.to }),
    );
  }

  const plain = [
    [
      'consult/complete',
      'completeConsult',
      'consult-complete',
      'Leave the customer with the party that was consulted',
    ],
    ['consult/cancel', 'cancelConsult', 'consult-cancel', 'End the consultation and come back'],
    ['conference', 'conferenceCall', 'three-way', 'Talk with both at once'],
  ] as const;
  for (const [path, operationId, kind, summary] of plain) {
    app.post(
      `/v1/agents/:id/call/${path}`,
      { schema: { operationId, tags, summary, params: IdParameters, response } },
      async (request) => act(request, request.params.id, { kind }),
    );
  }
}
