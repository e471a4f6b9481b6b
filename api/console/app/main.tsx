import { App } from './app';
import { start } from './shared/start';

start(App);
