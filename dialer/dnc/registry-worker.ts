/** What runs in the worker threads that import and load registries. */
export { runRegistryTask as default } from './registry-import.js';
