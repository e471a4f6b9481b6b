import type { EngineView } from '../../dialer/core/view.js';
import type { RegistryView } from '../registries/registry-views.js';
import { type Makers, resetAll } from './makers.js';

const MAXIMUM_LIST_LABELS = 100;

/** Decisions of the gate, and the do-not-call registries that it relies on. */
export function complianceMetrics(
  { gauge, counter }: Makers,
  registries: () => readonly RegistryView[],
): (view: EngineView) => void {
  const stopped = gauge('dialer_emergency_stop', '1 while the emergency stop is set and nothing is dialled.');
  const checks = counter('dialer_compliance_checks_total', 'Compliance decisions by rule and result.', [
    'rule',
    'result',
  ]);
  const age = gauge(
    'dialer_dnc_list_age_seconds',
    'Age of the do-not-call registry in force, from when its data were obtained; absent when none is held.',
    ['list'],
  );
  const maximumAge = gauge(
    'dialer_dnc_list_maximum_age_seconds',
    'Age above which the rules no longer rely on the registry.',
    ['list'],
  );
  const numbers = gauge('dialer_dnc_list_numbers', 'Numbers on the do-not-call registry in force.', ['list']);
  return ({ totals, emergencyStop }) => {
    stopped.set(emergencyStop === undefined ? 0 : 1);
    resetAll([checks, age, maximumAge, numbers]);
    for (const [rule, results] of Object.entries(totals.complianceChecks)) {
      for (const [result, count] of Object.entries(results)) checks.inc({ rule, result }, count);
    }
    const held = registries().filter(({ version }) => version !== undefined);
    for (const { id: list, ageSeconds = 0, maximumAgeSeconds, count = 0 } of held.slice(
      0,
      MAXIMUM_LIST_LABELS,
    )) {
      age.set({ list }, ageSeconds);
      numbers.set({ list }, count);
      if (maximumAgeSeconds !== undefined) maximumAge.set({ list }, maximumAgeSeconds);
    }
  };
}
