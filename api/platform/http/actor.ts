import type { Failure } from '../errors.ts';

/**
 * Who is asking. `account` came with a key or token of a person, and `via` says which chat it acts from; `service` is a bot before it says
 * for whom, `site` a publishable key.
 */
export type Actor =
  | { kind: 'anonymous' }
  | { kind: 'account'; accountId: string; isPlatformAdmin: boolean; via: 'api' | 'slack' | 'discord' }
  | { kind: 'service'; surface: 'slack' | 'discord' }
  | { kind: 'site'; workspaceId: string; origins: string[] };

/** What authentication answers: an actor, or the failure to send back when credentials were given and are wrong. */
export type Authentication = { actor: Actor } | { failure: Failure };
