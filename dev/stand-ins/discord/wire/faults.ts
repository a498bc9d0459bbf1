/**
 * What the next matching requests meet: `route` is a route's key (`POST /channels/:channel/messages`) or `*`. With `lose`
 * the request is carried out and its answer never arrives; without, it is refused with `status` and `code`.
 */
export type Fault = {
  route: string;
  times?: number;
  status?: number;
  code?: number;
  message?: string;
  retryAfterSeconds?: number;
  global?: boolean;
  lose?: boolean;
};

export type FaultPlan = {
  add(fault: Fault): void;
  take(routeKey: string): Fault | null;
  clear(): void;
  list(): Fault[];
};

/** Faults in the order they were added; each is used up after `times` (1). Throws for a route there is not. */
export function faultPlan(routeKeys: readonly string[]): FaultPlan {
  let planned: (Fault & { left: number })[] = [];
  return {
    add: (fault) => {
      if (fault.route !== '*' && !routeKeys.includes(fault.route))
        throw new Error(`There is no route "${fault.route}". Use *, or one of: ${routeKeys.join(', ')}.`);
      planned.push({ ...fault, left: fault.times ?? 1 });
    },
    take: (routeKey) => {
      const found = planned.find(({ route }) => route === '*' || route === routeKey);
      if (!found) return null;
      found.left -= 1;
      planned = planned.filter(({ left }) => left > 0);
      return found;
    },
    clear: () => {
      planned = [];
    },
    list: () => planned,
  };
}
