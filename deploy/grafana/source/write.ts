/** Writes the dashboards as Grafana reads them: `npm run dashboards`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DASHBOARDS } from './dashboards.js';
import { dashboard } from './panels.js';

// Compiled to dist/deploy/grafana/source/; the dashboards are beside dist/.
const folder = fileURLToPath(new URL('../../../../deploy/grafana/dashboards/', import.meta.url));
for (const [name, description] of Object.entries(DASHBOARDS)) {
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(dashboard(description), undefined, 2)}\n`);
}
