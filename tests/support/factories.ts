import { randomUUID } from 'node:crypto';
import { createApiKey } from '../../api/accounts/create-api-key.ts';
import { makeWorkspace, type WorkspaceRow } from '../../api/workspaces/make-workspace.ts';
import type { Role } from '../../api/workspaces/roles.ts';
import { serveApi, type ServedApi } from '../../api/serve.ts';
import type { TestDatabase } from './database.ts';

/** An account with a secret key that acts for it. */
export async function makeAccount(
  t: TestDatabase,
  name = 'Ada',
  options: { isPlatformAdmin?: boolean } = {},
): Promise<{ id: string; key: string }> {
  return t.database.transaction(async (trx) => {
    const [account] = await trx('accounts')
      .insert({ display_name: name, is_platform_admin: options.isPlatformAdmin ?? false })
      .returning('id');
    const key = await createApiKey(trx, { kind: 'secret', name: 'test', accountId: account.id });
    return { id: account.id, key: key.text };
  });
}

/** A workspace whose members have the given roles. */
export async function makeTeam(
  t: TestDatabase,
  members: Record<string, Role>,
  name = `Acme ${randomUUID().slice(0, 8)}`,
): Promise<WorkspaceRow> {
  return t.database.transaction(async (trx) => {
    const workspace = await makeWorkspace(trx, { name });
    for (const [accountId, role] of Object.entries(members)) {
      await trx('members').insert({ workspace_id: workspace.id, account_id: accountId, role });
    }
    return workspace;
  });
}

/** The real application on a free port, over the test's database. */
export function startTestApi(t: TestDatabase): Promise<ServedApi> {
  return serveApi(t.context, t.pool, { host: '127.0.0.1', port: 0 });
}

/** Calls the API as JSON. `key` null is anonymous. */
export async function call(
  api: { url: string },
  method: string,
  path: string,
  options: { key?: string | null; body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: JsonValue; headers: Headers }> {
  const answer = await fetch(api.url + path, {
    method,
    headers: {
      ...(options.key ? { authorization: `Bearer ${options.key}` } : {}),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
}

/** Parsed JSON of unknown shape, for tests to look into; a missing property reads as undefined. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test looks into answers whose shape is what it checks
export type JsonValue = any;
