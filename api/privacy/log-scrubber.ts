/**
 * The last gate before the log: telephone numbers are masked and secrets are blotted out in every line, wherever they
 * came from (an error's message, an address, a header).
 */
import { maskNumbers } from './masking.js';

const BLOT = '***';

/** Secrets that are known by their form. What is kept of a match is `$1`. */
const FORMS: readonly RegExp[] = [
  // API keys: the id says which, the secret goes.
  /(tactus_[0-9a-f]{12}_)[\w-]{10,}/g,
  /(tactus_session=)[\w-]+/g,
  /(whsec_)[\w-]{10,}/g,
  /(scrypt\$N=\d+,r=\d+,p=\d+\$)[\w-]+\$[\w-]+/g,
  /(\b(?:Bearer|Basic) +)[\w.~+/=-]{8,}/gi,
  // Passwords within addresses: esl://:PASSWORD@HOST, redis://USER:PASSWORD@HOST.
  /([a-z][a-z\d+.-]*:\/\/[^\s:@/"\\]*:)[^\s@/"\\]+(?=@)/gi,
  /("(?:password|currentPassword|secret|csrfToken|authorization|cookie|set-cookie|x-csrf-token)":\s*")(?:[^"\\]|\\.)*/gi,
];

/** `secrets`: texts that must never be shown, such as the passwords of the switches. */
export function createLogScrubber(secrets: readonly string[] = []): (line: string) => string {
  // A very short one would blot out half of each line.
  const known = [...new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))]
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length);
  return (line) => {
    let clean = line;
    for (const secret of known) clean = clean.replaceAll(secret, BLOT);
    for (const form of FORMS) clean = clean.replace(form, `$1${BLOT}`);
    return maskNumbers(clean);
  };
}

/** A destination for pino that scrubs each line before `target` gets it. */
export function scrubbedLog(
  target: { write(text: string): unknown },
  secrets: readonly string[] = [],
): { write(line: string): void } {
  const scrub = createLogScrubber(secrets);
  return { write: (line) => void target.write(scrub(line)) };
}
