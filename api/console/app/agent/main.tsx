import { start } from '../shared/start';
import { AgentApp } from './desk';

start(AgentApp);
