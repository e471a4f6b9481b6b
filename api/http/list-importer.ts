/** What the HTTP interface needs of list imports. */
import type { ListImporter as Importer } from '../../dialer/lists/list-importer.js';

type Job = ReturnType<Importer['start']>;

export interface ListImporter {
  start(request: Parameters<Importer['start']>[0]): Pick<Job, 'id' | 'received' | 'done'>;
  progress: Importer['progress'];
  job(id: string): Pick<Job, 'cancel'> | undefined;
  list: Importer['list'];
  errorFile: Importer['errorFile'];
}
