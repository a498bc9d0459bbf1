import type { Ask } from './line.ts';
import type { Role, World } from './world.ts';

export type Got = { status: number; text: string };

/** Sends `METHOD /path/:id` as somebody, with what a line asks for. */
export async function send(
  world: World,
  name: string,
  request: { ask: Ask; role: Role; headers?: Record<string, string> },
): Promise<Got> {
  const { ask, role, headers = {} } = request;
  const [method = '', path = ''] = name.split(' ');
  const address = path.replaceAll(/:(\w+)/g, (_, param: string) => encodeURIComponent(ask.params?.[param] ?? ''));
  const key = world.keyOf(role);
  const answer = await fetch(world.p.api.url + address + (ask.query ?? ''), {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: JSON.stringify(ask.body ?? {}) }),
  });
  return { status: answer.status, text: await answer.text() };
}
