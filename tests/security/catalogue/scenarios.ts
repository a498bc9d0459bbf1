import type { Scenario } from './case.ts';
import { crowdScenarios } from './crowds.ts';
import { frameScenarios } from './frames.ts';
import { processScenarios } from './process.ts';
import { tenancyScenarios } from './tenancy.ts';

/** Every scenario of the catalogue, by group. */
export const scenarioGroups: Record<string, Scenario[]> = {
  tenancy: tenancyScenarios,
  frames: frameScenarios,
  process: processScenarios,
  crowds: crowdScenarios,
};
