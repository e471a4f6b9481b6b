export { DEMO_AGENTS, DEMO_POOL, type DemoLoaded, loadDemo } from './demo-campaign.js';
export { type AgentPlans, createDemoFloor, type DemoFloor, type DemoFloorOptions } from './demo-floor.js';
export { type ContactCounts, demoProgress } from './demo-progress.js';
