export { ConfigError, type Environment, loadSettings, type ServeFlags } from './load-settings.js';
export { DEFAULTS, LOG_LEVELS, type LogLevel, type Settings, type SwitchConnection } from './settings.js';
export { withoutPassword } from './switch-url.js';
