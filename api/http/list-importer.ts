/** What the HTTP interface needs of list imports. */
import type { ListImporter as Importer } from '../../dialer/lists/list-importer.js';

export interface ListImporter {
  start(
    request: Parameters<Importer['start']>[0],
  ): Pick<ReturnType<Importer['start']>, 'id' | 'received' | 'done'>;
  progress: Importer['progress'];
}
