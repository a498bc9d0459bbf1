import { z } from 'zod';

/** A bot says for whom it acts; names are shown, ids decide. */
export const exchangeToken = z.strictObject({
  surface: z.enum(['slack', 'discord']),
  homeId: z.string().min(1).max(64),
  homeName: z.string().max(100).default(''),
  userId: z.string().min(1).max(64),
  displayName: z.string().max(100).default(''),
});

export const exchangedToken = z.object({
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresIn: z.number().int(),
  accountId: z.string(),
  role: z.string(),
  workspace: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
});

export const me = z.object({
  accountId: z.string(),
  displayName: z.string(),
  isPlatformAdmin: z.boolean(),
  workspaces: z.array(z.object({ slug: z.string(), name: z.string(), role: z.string() })),
});

export const newKey = z.strictObject({ name: z.string().min(1).max(60) });

export const madeKey = z.object({ id: z.string(), key: z.string(), hint: z.string(), note: z.string() });

export const keyList = z.object({
  data: z.array(z.object({ id: z.string(), name: z.string(), hint: z.string(), createdAt: z.string() })),
  nextCursor: z.string().nullable(),
});

export const jwks = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) });
