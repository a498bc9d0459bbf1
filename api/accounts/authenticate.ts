import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import type { Authentication } from '../platform/http/actor.ts';
import { readAccessToken } from './access-token.ts';
import { hashKey, isKey, type KeyKind } from './api-key.ts';

type KeyRow = {
  id: string;
  kind: KeyKind;
  account_id: string | null;
  workspace_id: string | null;
  surface: 'slack' | 'discord' | null;
  origins: string[];
  is_platform_admin: boolean | null;
};

/** Who an Authorization header speaks for. No header is anonymous; a header that is not valid is a failure, never anonymous. */
export async function authenticate(
  context: Context,
  authorization: string | undefined,
  origin: string | undefined,
): Promise<Authentication> {
  if (authorization === undefined) return { actor: { kind: 'anonymous' } };
  const credential = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (credential === undefined) return refused('Send "Authorization: Bearer <key or token>".');
  if (credential.includes('.')) return byToken(context, credential);
  if (!isKey(credential)) return refused('The API key is mistyped: its checksum does not fit. Copy it again.');
  return byKey(context, credential, origin);
}

async function byToken(context: Context, token: string): Promise<Authentication> {
  const read = await readAccessToken(context, token);
  if (read === null) return refused('The access token is not valid or has expired. Get a new one.');
  const { accountId, via } = read;
  const account = await context.database('accounts').where({ id: accountId }).first('is_platform_admin');
  if (account === undefined) return refused('The account of this token is gone.');
  return { actor: { kind: 'account', accountId, isPlatformAdmin: account.is_platform_admin, via } };
}

async function byKey(context: Context, credential: string, origin: string | undefined): Promise<Authentication> {
  const key: KeyRow | undefined = await context
    .database('api_keys')
    .leftJoin('accounts', 'accounts.id', 'api_keys.account_id')
    .where('api_keys.hash', hashKey(credential))
    .whereNull('api_keys.revoked_at')
    .first('api_keys.*', 'accounts.is_platform_admin');
  if (key === undefined) return refused('This API key does not exist or was revoked. Make a new one.');
  if (key.kind === 'secret')
    return {
      actor: {
        kind: 'account',
        accountId: key.account_id!,
        isPlatformAdmin: key.is_platform_admin === true,
        via: 'api',
      },
    };
  if (key.kind === 'service') return { actor: { kind: 'service', surface: key.surface! } };
  if (key.origins.length > 0 && origin !== undefined && !key.origins.includes(origin)) {
    return {
      failure: new Failure(
        'forbidden',
        `This publishable key does not work on ${origin}. Add that origin to the key's list.`,
      ),
    };
  }
  return { actor: { kind: 'site', workspaceId: key.workspace_id!, origins: key.origins } };
}

function refused(sentence: string): Authentication {
  return { failure: new Failure('unauthenticated', sentence) };
}
