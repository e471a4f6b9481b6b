/** Reads the arguments of `originate` as the switch does, with its quoting and its traps. */

export interface OriginateArguments {
  readonly variables: ReadonlyMap<string, string>;
  /** Dial string without the variables, for example `sofia/gateway/carrier/4930…`. */
  readonly endpoint: string;
  readonly application: string;
  readonly applicationData: string;
  /** Positional arguments after the application; empty when not given. */
  readonly callerIdName: string;
  readonly callerIdNumber: string;
  readonly timeoutSeconds: number | undefined;
}

export type OriginateRequest =
  | { readonly ok: true; readonly arguments: OriginateArguments }
  /** `usage`: too few arguments; otherwise the hangup cause that the originate ends with. */
  | { readonly ok: false; readonly cause: string };

/** Where the leading `{…}` ends; a `}` inside a value ends it too, quoted or not. */
function variablesEnd(text: string): number {
  return text.indexOf('}');
}

export function readOriginate(text: string): OriginateRequest {
  const trimmed = text.trim();
  let variables: ReadonlyMap<string, string> = new Map();
  let rest = trimmed;
  if (trimmed.startsWith('{')) {
    const end = variablesEnd(trimmed);
    if (end < 0) return { ok: false, cause: 'DESTINATION_OUT_OF_ORDER' };
    const block = trimmed.slice(1, end);
    // A space outside quotes ends the argument in the middle of the variables.
    if (hasBareSpace(block)) return { ok: false, cause: 'DESTINATION_OUT_OF_ORDER' };
    variables = readVariables(block);
    rest = trimmed.slice(end + 1);
  }
  const words = splitWords(rest);
  const [endpoint, target] = words;
  if (endpoint === undefined || endpoint === '' || target === undefined) return { ok: false, cause: 'usage' };
  const application = /^&([^(]+)(?:\((.*)\))?$/s.exec(target);
  const timeout = Number(words[6]);
  return {
    ok: true,
    arguments: {
      variables,
      endpoint,
      application: application === null ? '' : application[1]!,
      applicationData: application?.[2] ?? '',
      callerIdName: words[4] ?? '',
      callerIdNumber: words[5] ?? '',
      timeoutSeconds: words[6] !== undefined && Number.isFinite(timeout) ? timeout : undefined,
    },
  };
}

function hasBareSpace(block: string): boolean {
  let quoted = false;
  for (let index = 0; index < block.length; index++) {
    const character = block[index];
    if (character === '\\') index++;
    else if (character === "'") quoted = !quoted;
    else if (character === ' ' && !quoted) return true;
  }
  return false;
}

/** Words at spaces outside quotes and parentheses; quotes around a word go. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quoted = false;
  let depth = 0;
  let open = false;
  for (const character of text.trim()) {
    if (character === "'" && depth === 0) {
      quoted = !quoted;
      open = true;
    } else if (character === ' ' && !quoted && depth === 0) {
      if (word !== '' || open) words.push(word);
      word = '';
      open = false;
    } else {
      if (character === '(' && !quoted) depth++;
      if (character === ')' && !quoted && depth > 0) depth--;
      word += character;
    }
  }
  if (word !== '' || open) words.push(word);
  return words;
}

/**
 * `a=1,b=2`. Values are cut at commas even inside quotes; `\,` keeps a comma, `^^;` at the start makes another
 * character the separator, and one pair of quotes around a value goes.
 */
export function readVariables(block: string): Map<string, string> {
  let separator = ',';
  let text = block;
  const chosen = /^\^\^(.)/s.exec(block);
  if (chosen !== null) {
    separator = chosen[1]!;
    text = block.slice(3);
  }
  const variables = new Map<string, string>();
  for (const part of splitEscaped(text, separator)) {
    const equals = part.indexOf('=');
    if (equals <= 0) continue;
    const name = part.slice(0, equals).trim();
    variables.delete(name);
    variables.set(name, unquote(part.slice(equals + 1)));
  }
  return variables;
}

function splitEscaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === '\\' && text[index + 1] === separator) {
      part += separator;
      index++;
    } else if (character === separator) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts;
}

function unquote(value: string): string {
  const inner = value.startsWith("'") ? value.slice(1) : value;
  const cut = inner.endsWith("'") && !inner.endsWith("\\'") ? inner.slice(0, -1) : inner;
  return cut.replaceAll("\\'", "'");
}

/** Where an endpoint leads. */
export type Destination =
  | { readonly kind: 'leg'; readonly gateway: string; readonly number: string }
  | { readonly kind: 'failure'; readonly cause: string; readonly leavesTrace: boolean };

/** `gateways` undefined: every gateway exists but `nosuch`. */
export function resolveEndpoint(endpoint: string, gateways: ReadonlySet<string> | undefined): Destination {
  // Of several endpoints the first is called.
  const first = endpoint.replace(/^\[[^\]]*\]/, '').split(/[|,]/)[0]!;
  const parts = first.split('/');
  switch (parts[0]) {
    case 'sofia': {
      if (parts[1] === 'gateway') {
        const gateway = parts[2] ?? '';
        const number = parts.slice(3).join('/');
        const exists = gateways === undefined ? gateway !== 'nosuch' : gateways.has(gateway);
        if (!exists || number === '') return { kind: 'failure', cause: 'INVALID_GATEWAY', leavesTrace: true };
        return { kind: 'leg', gateway, number };
      }
      if (parts[1] === 'nosuch' || parts[2] === undefined) {
        return { kind: 'failure', cause: 'INVALID_PROFILE', leavesTrace: true };
      }
      return { kind: 'leg', gateway: parts[1]!, number: parts[2].split('@')[0]! };
    }
    case 'user':
      return { kind: 'leg', gateway: 'user', number: `agent-${(parts[1] ?? '').split('@')[0]}` };
    case 'loopback':
      if (parts[2] === 'nosuch') return { kind: 'failure', cause: 'NO_ROUTE_DESTINATION', leavesTrace: true };
      return { kind: 'leg', gateway: 'carrier', number: parts[1] ?? '' };
    default:
      return { kind: 'failure', cause: 'CHAN_NOT_IMPLEMENTED', leavesTrace: false };
  }
}
