/** Writes `docs/rule-packs.schema.json`, from the root of the repository: `node dist/compliance/packs/generate.js`. */
import { writeFileSync } from 'node:fs';
import { packFileSchema } from './json-schema.js';

writeFileSync('docs/rule-packs.schema.json', `${JSON.stringify(packFileSchema, null, 2)}\n`);
