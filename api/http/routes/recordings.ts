/** Recordings of attempts. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import Type from 'typebox';
import { recordingFile } from '../../../dialer/retention/index.js';
import { auditEntry } from '../audit.js';
import type { App, Context } from '../context.js';
import { Problem } from '../problem.js';
import { OpaqueIdParameters, problems } from '../schemas.js';

const TYPES: Readonly<Record<string, string>> = {
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.flac': 'audio/flac',
};

export function recordingRoutes(app: App, context: Context): void {
  app.get(
    '/v1/attempts/:id/recording',
    {
      schema: {
        operationId: 'getRecording',
        tags: ['attempts'],
        summary: 'The recording of a conversation, to listen to',
        description:
          'The file as the switch wrote it: the customer on the left, the agent on the right. Each listening is recorded in the audit log.',
        params: OpaqueIdParameters,
        produces: Object.values(TYPES),
        response: {
          200: Type.Unsafe<unknown>({ type: 'string', format: 'binary' }),
          ...problems('key_missing', 'role_lacking', 'attempt_not_found', 'recording_not_found'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const attempt = await context.engine.store.attempt(id);
      if (attempt === undefined) throw new Problem('attempt_not_found', `There is no attempt ${id}.`);
      const path = attempt.result?.recording;
      if (path === undefined)
        throw new Problem(
          'recording_not_found',
          attempt.result === undefined
            ? `Attempt ${id} is still under way: its recording can be heard when it has ended.`
            : `Attempt ${id} was not recorded.`,
        );
      const { recordingsDirectory } = context;
      const file = recordingsDirectory === undefined ? undefined : recordingFile(recordingsDirectory, path);
      const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
      if (file === undefined || found === undefined || !found.isFile())
        throw new Problem(
          'recording_not_found',
          `The recording of attempt ${id} is not in the folder of recordings: it was deleted after its retention, or the switch writes where this service cannot read.`,
        );
      await context.audit.record(
        auditEntry(context, request, { action: 'recording.listen', subject: { kind: 'attempt', id } }),
      );
      return reply
        .header('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
        .header('content-length', found.size)
        .header('cache-control', 'private, no-store')
        .header('content-disposition', `inline; filename="${id}${extname(file)}"`)
        .send(createReadStream(file));
    },
  );
}
