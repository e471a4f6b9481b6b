/** Lua scripts as files beside this one, in `lua/`: each says which keys and arguments it takes and what it returns. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Script {
  readonly name: string;
  readonly source: string;
  /** By which Redis knows it. */
  readonly sha: string;
}

/** Reads `lua/NAME.lua`; called when a module is loaded, so that a missing file is found at once. */
export function readScript(name: string): Script {
  const source = readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
  return { name, source, sha: createHash('sha1').update(source).digest('hex') };
}
