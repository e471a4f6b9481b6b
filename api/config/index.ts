export { loadPacks } from './load-packs.js';
export { ConfigError, type Environment, loadSettings, type ServeFlags } from './load-settings.js';
export {
  DEFAULTS,
  DNC_REGISTRIES_MODES,
  LOG_LEVELS,
  type LogLevel,
  type Settings,
  type SwitchConnection,
} from './settings.js';
export { withoutPassword } from './switch-url.js';
