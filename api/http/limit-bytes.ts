/** An upload with an end. */
import { type Readable, Transform } from 'node:stream';
import { Problem } from './problem.js';

/** The same bytes, until there are too many: then the stream fails with the problem to answer. */
export function limitBytes(source: Readable, maximum: number): Transform {
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maximum) {
        done(new Problem('body_too_large', `The list is larger than ${maximum} bytes: import it in parts.`));
      } else done(null, chunk);
    },
  });
  source.once('error', (error) => limited.destroy(error));
  source.once('close', () => {
    if (!source.readableEnded) limited.destroy(new Error('the connection ended before the list did'));
  });
  return source.pipe(limited);
}
