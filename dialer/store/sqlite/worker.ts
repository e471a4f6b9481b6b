/**
 * The thread that owns the SQLite file. Operations queue on its port while it waits for the disk; the next
 * transaction takes all that are there.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { BatchRunner, failureOf } from './batch.js';
import { type Database, openDatabase, storeErrorOf } from './database.js';
import { migrate } from './migrate.js';
import type { FromWorker, Request, ToWorker, WorkerOptions } from './protocol.js';
import { SqliteOperations } from './sqlite-operations.js';

const { file } = workerData as WorkerOptions;
if (parentPort === null) throw new Error('this file is run as a worker thread, by sqlite-store.js');

try {
  open(parentPort);
} catch (error) {
  parentPort.postMessage({ failed: failureOf(storeErrorOf(error, file)) } satisfies FromWorker);
}

function open(port: MessagePort): void {
  const database = openDatabase(file);
  try {
    migrate(database);
    serve(port, database, new BatchRunner(database, new SqliteOperations(database)));
  } catch (error) {
    const failure = storeErrorOf(error, file);
    // A damaged file cannot be closed in order; it is let go when this thread ends.
    if (failure.code !== 'store_damaged') database.close();
    throw failure;
  }
}

function serve(port: MessagePort, database: Database, runner: BatchRunner): void {
  const waiting: Request[] = [];
  let closing = false;
  let commits = 0;

  const accept = (message: ToWorker): void => {
    if ('close' in message) closing = true;
    else waiting.push(...message.requests);
  };
  const next = (): Request | undefined => {
    for (let queued = receiveMessageOnPort(port); queued !== undefined; queued = receiveMessageOnPort(port)) {
      accept(queued.message as ToWorker);
    }
    return waiting.shift();
  };

  port.on('message', (message: ToWorker) => {
    accept(message);
    while (waiting.length > 0) {
      const answers = runner.run(next);
      commits += 1;
      port.postMessage({ answers, commits } satisfies FromWorker);
    }
    if (!closing) return;
    database.close();
    port.postMessage({ closed: true } satisfies FromWorker);
    port.close();
  });
  port.postMessage({ opened: true } satisfies FromWorker);
}
