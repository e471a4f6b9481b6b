/** What an Asterisk says of its own interface, for the requests and events that the adapter uses; ari-client is built from it. */

/** resource, name, method, path, parameters in the query, and in the body */
const operations: readonly (readonly [string, string, string, string, string, string?])[] = [
  ['asterisk', 'getInfo', 'GET', '/asterisk/info', 'only'],
  ['applications', 'filter', 'PUT', '/applications/{applicationName}/eventFilter', '', 'filter'],
  ['applications', 'subscribe', 'POST', '/applications/{applicationName}/subscription', 'eventSource'],
  ['channels', 'list', 'GET', '/channels', ''],
  [
    'channels',
    'originate',
    'POST',
    '/channels',
    'endpoint app appArgs channelId timeout callerId',
    'variables',
  ],
  ['channels', 'hangup', 'DELETE', '/channels/{channelId}', 'reason_code'],
  ['channels', 'setChannelVar', 'POST', '/channels/{channelId}/variable', 'variable value'],
  ['channels', 'sendDTMF', 'POST', '/channels/{channelId}/dtmf', 'dtmf'],
  ['channels', 'mute', 'POST', '/channels/{channelId}/mute', 'direction'],
  ['channels', 'unmute', 'DELETE', '/channels/{channelId}/mute', 'direction'],
  ['channels', 'play', 'POST', '/channels/{channelId}/play', 'media playbackId'],
  ['channels', 'record', 'POST', '/channels/{channelId}/record', 'name format ifExists'],
  [
    'channels',
    'snoopChannelWithId',
    'POST',
    '/channels/{channelId}/snoop/{snoopId}',
    'spy whisper app appArgs',
  ],
  ['bridges', 'list', 'GET', '/bridges', ''],
  ['bridges', 'createWithId', 'POST', '/bridges/{bridgeId}', 'type name'],
  ['bridges', 'destroy', 'DELETE', '/bridges/{bridgeId}', ''],
  ['bridges', 'addChannel', 'POST', '/bridges/{bridgeId}/addChannel', 'channel'],
  ['bridges', 'play', 'POST', '/bridges/{bridgeId}/play', 'media playbackId'],
  ['playbacks', 'stop', 'DELETE', '/playbacks/{playbackId}', ''],
];

/** Events with the properties that ari-client makes objects of. */
const events: Readonly<Record<string, readonly string[]>> = {
  ApplicationReplaced: [],
  Dial: [],
  ChannelStateChange: ['channel'],
  StasisStart: ['channel'],
  StasisEnd: ['channel'],
  ChannelDestroyed: ['channel'],
  ChannelEnteredBridge: ['bridge', 'channel'],
  ChannelLeftBridge: ['bridge', 'channel'],
  BridgeDestroyed: ['bridge'],
  ChannelDtmfReceived: ['channel'],
  PlaybackFinished: ['playback'],
};

const typeOf: Readonly<Record<string, string>> = {
  channel: 'Channel',
  bridge: 'Bridge',
  playback: 'Playback',
};

export const resources = [...new Set([...operations.map(([resource]) => resource), 'events'])];

/** The documents by their paths below `/ari/api-docs/`. */
export function describe(base: string, document: string): unknown {
  const common = { apiVersion: '2.0.0', swaggerVersion: '1.1', basePath: base };
  if (document === 'resources')
    return {
      ...common,
      apis: resources.map((name) => ({ path: `/api-docs/${name}.{format}`, description: name })),
    };
  if (!resources.includes(document)) return undefined;
  return {
    ...common,
    resourcePath: `/api-docs/${document}.{format}`,
    apis: operations
      .filter(([resource]) => resource === document)
      .map(([, nickname, httpMethod, path, query, body]) => ({
        path,
        description: nickname,
        operations: [
          {
            httpMethod,
            nickname,
            summary: nickname,
            responseClass: /^list/.test(nickname) ? 'List[object]' : 'void',
            parameters: [
              ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
                ...{ name, paramType: 'path', required: true, dataType: 'string' },
              })),
              ...query
                .split(' ')
                .filter(Boolean)
                .map((name) => ({ name, paramType: 'query', required: false, dataType: 'string' })),
              ...(body === undefined ? [] : [{ name: body, paramType: 'body', dataType: 'containers' }]),
            ],
          },
        ],
      })),
    models:
      document === 'events'
        ? Object.fromEntries(
            Object.entries(events).map(([id, names]) => [
              id,
              {
                id,
                properties: Object.fromEntries(
                  names.map((name) => [name, { type: typeOf[name], required: true }]),
                ),
              },
            ]),
          )
        : {},
  };
}
