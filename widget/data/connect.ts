import { ClientProblem } from '../../api/client/client-problem.ts';
import type { Connection } from '../../api/client/request.ts';

/** Where an element reads from: its `api` attribute, else the origin its script came from. */
export function connectionOf(element: { api?: string; key?: string }): Connection {
  return { apiUrl: (element.api || scriptOrigin()).replace(/\/$/, ''), credential: element.key || undefined };
}

/** One sentence for the page about what went wrong, and a hint in the console for whoever put the element there. */
export function explain(problem: unknown, tag: string): string {
  const sentence = problem instanceof ClientProblem ? problem.detail : 'Something went wrong. Reload the page.';
  console.warn(
    `<${tag}>: ${sentence}`,
    problem instanceof ClientProblem
      ? { code: problem.code, status: problem.status, reference: problem.reference }
      : problem,
  );
  return sentence;
}

function scriptOrigin(): string {
  return new URL(import.meta.url).origin;
}
