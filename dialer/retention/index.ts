export { erasePerson, findPerson } from './erase-person.js';
export { LEAST_RETENTION_DAYS, prune, retentionDays, startPruner } from './retention.js';
