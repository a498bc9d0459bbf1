import { roles, type Role, type World } from './world.ts';

/** What is sent: the values for `:names` of the path, a query, a body. */
export type Ask = { params?: Record<string, string>; query?: string; body?: unknown };

/** What one route answers whom. `ask` makes what is asked for: once for all who are refused, anew for each who is not. */
export type Line = { ask: (world: World) => Ask | Promise<Ask>; answers: Record<Role, number> };

const machines: readonly Role[] = ['nobody', 'site', 'bot'];
const signedIn = roles.filter((role) => !machines.includes(role));

/** Who decides about a bounty: its poster, and the admins and owners of its workspace. */
export const managers: readonly Role[] = ['poster', 'admin', 'owner'];

function answersOf(statusOf: (role: Role) => number): Record<Role, number> {
  return Object.fromEntries(roles.map((role) => [role, statusOf(role)])) as Record<Role, number>;
}

/** Everybody gets the same, signed in or not. */
export function anyone(status: number, ask: Line['ask'] = () => ({})): Line {
  return { ask, answers: answersOf(() => status) };
}

/** Everybody who is signed in gets their own. */
export function everyone(status: number, ask: Line['ask'] = () => ({})): Line {
  return only(signedIn, status, ask, 403);
}

/** Only these people; the rest of those who are signed in get `refusal`, or what `except` says. */
export function only(
  may: readonly Role[],
  status: number,
  ask: Line['ask'],
  refusal: 403 | 404,
  except: Partial<Record<Role, number>> = {},
): Line {
  return {
    ask,
    answers: {
      ...answersOf((role) => (machines.includes(role) ? 401 : may.includes(role) ? status : refusal)),
      ...except,
    },
  };
}

/** Only admins of the platform. */
export function platformAdmins(status: number, ask: Line['ask'] = () => ({})): Line {
  return only(['platformAdmin'], status, ask, 403);
}

/** Only a bot with its service key. */
export function bots(status: number, ask: Line['ask']): Line {
  return { ask, answers: answersOf((role) => (role === 'bot' ? status : role === 'nobody' ? 401 : 403)) };
}
