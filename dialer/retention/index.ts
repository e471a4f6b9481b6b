export { erasePerson, findPerson } from './erase-person.js';
export { deleteNotedRecordings, noteRecordings, type RecordingErasure } from './erase-recordings.js';
export {
  daysKept,
  LEAST_RETENTION_DAYS,
  longestDays,
  type RetentionPeriods,
  retentionPeriods,
  SHORTEST_RETENTION_DAYS,
} from './periods.js';
export {
  DEFAULT_RECORDING_DAYS,
  leastRecordingDays,
  pruneRecordings,
  recordingFile,
  startRecordingPruner,
} from './recordings.js';
export { type PrunedUpTo, prune, startPruner } from './retention.js';
