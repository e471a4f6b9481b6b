/** Copies the Lua scripts of the Redis store beside the compiled code. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const output = fileURLToPath(new URL('./lua/', import.meta.url));
// Compiled to dist/dialer/store/redis/; the sources are beside dist/.
await cp(join(output, '../../../../../dialer/store/redis/lua'), output, { recursive: true });
