/** Frames as FreeSWITCH's event socket writes them. */

/** Header names and values in turn; a name may occur twice. */
export type HeaderList = string[];

export type EventFormat = 'plain' | 'json';

const encoder = new TextEncoder();
const NEEDS_ENCODING = /[^!'()*,\-./0-9A-Z_a-z~$]/;
const HEX = '0123456789ABCDEF';

/** Long values (session descriptions, addresses) come back in every event of a channel: they are encoded once. */
const encoded = new Map<string, string>();
const ENCODED_LIMIT = 20_000;
const WORTH_KEEPING = 20;

/**
 * A header value as plain events carry it: percent-encoded, except that a `%` already followed by two
 * hexadecimal digits stays as it is (so what is decoded is not always what was set).
 */
export function encodeValue(value: string): string {
  if (!NEEDS_ENCODING.test(value)) return value;
  if (value.length < WORTH_KEEPING) return percentEncode(value);
  const known = encoded.get(value);
  if (known !== undefined) return known;
  if (encoded.size >= ENCODED_LIMIT) encoded.clear();
  const result = percentEncode(value);
  encoded.set(value, result);
  return result;
}

function percentEncode(value: string): string {
  let result = '';
  for (let index = 0; index < value.length; index++) {
    const character = value[index]!;
    if (!NEEDS_ENCODING.test(character)) {
      result += character;
    } else if (character === '%' && /^[0-9A-Fa-f]{2}$/.test(value.slice(index + 1, index + 3))) {
      result += character;
    } else {
      const point = value.codePointAt(index)!;
      if (point < 0x80) {
        result += `%${HEX[point >> 4]}${HEX[point & 15]}`;
        continue;
      }
      if (point > 0xffff) index++;
      for (const byte of encoder.encode(String.fromCodePoint(point))) {
        result += `%${HEX[byte >> 4]}${HEX[byte & 15]}`;
      }
    }
  }
  return result;
}

/** An event as a whole frame. `body` follows the headers (a job's result). */
export function eventFrame(headers: HeaderList, body: string, format: EventFormat): string {
  if (format === 'json') {
    let text = '{';
    for (let index = 0; index < headers.length; index += 2) {
      text += `${index === 0 ? '' : ','}"${headers[index]}":${JSON.stringify(headers[index + 1])}`;
    }
    if (body !== '') text += `,"Content-Length":"${Buffer.byteLength(body)}","_body":${JSON.stringify(body)}`;
    text += '}';
    return `Content-Length: ${Buffer.byteLength(text)}\nContent-Type: text/event-json\n\n${text}`;
  }
  let text = '';
  for (let index = 0; index < headers.length; index += 2) {
    text += `${headers[index]}: ${encodeValue(headers[index + 1]!)}\n`;
  }
  text += body === '' ? '\n' : `Content-Length: ${Buffer.byteLength(body)}\n\n${body}`;
  return `Content-Length: ${Buffer.byteLength(text)}\nContent-Type: text/event-plain\n\n${text}`;
}

export function commandReply(text: string, headers = ''): string {
  return `Content-Type: command/reply\nReply-Text: ${text}\n${headers}\n`;
}

export function apiResponse(body: string): string {
  return `Content-Type: api/response\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`;
}

export function disconnectNotice(text: string): string {
  return `Content-Type: text/disconnect-notice\nContent-Length: ${Buffer.byteLength(text)}\n\n${text}`;
}
