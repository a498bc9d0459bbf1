import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a name in lower case such as crm or issue-tracker');
const operation = z.strictObject({
  name,
  method: z.enum(['GET', 'POST'], 'must be GET or POST'),
  path: z
    .string()
    .max(500)
    .regex(
      /^\/(?!\/)[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*$/,
      'must be a path that begins with / and has no query, such as /v1/contacts',
    ),
});
const baseUrl = z
  .url({ protocol: /^https$/, error: 'must be an https address' })
  .max(500)
  .refine((text) => isPlainBase(text), 'must be an https address without user, port, query and fragment');
const secret = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(4_000, 'must have at most 4000 characters')
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, 'must be printable ASCII without spaces at its ends');
const header = z
  .string()
  .regex(
    /^(?!(?:host|content-length|connection|cookie|transfer-encoding)$)[A-Za-z][A-Za-z0-9-]{0,60}$/i,
    'must be the name of a header that may be set',
  );

/** A service of one's own. `auth` says how its secret is sent: bearer token, basic (user:password), or as a header. */
export const connectorRequest = z
  .strictObject({
    name,
    baseUrl,
    auth: z.enum(['bearer', 'basic', 'header'], 'must be bearer, basic or header'),
    header: header.optional(),
    secret,
    operations: z.array(operation).min(1, 'needs at least one operation').max(50, 'may have at most 50 operations'),
  })
  .refine((body) => (body.auth === 'header') === (body.header !== undefined), {
    error: 'name the header for auth header, and only then',
    path: ['header'],
  })
  .refine((body) => body.auth !== 'basic' || body.secret.includes(':'), {
    error: 'must be user:password for auth basic',
    path: ['secret'],
  })
  .refine((body) => new Set(body.operations.map((one) => one.name)).size === body.operations.length, {
    error: 'must have different names',
    path: ['operations'],
  });

export const rotateRequest = z.strictObject({ secret });

/** Which connector an agent may use, and for what. */
export const linkRequest = z.strictObject({
  connector: name,
  operations: z.array(name).min(1, 'needs at least one operation').max(50),
});

/** A connector as it is shown: never its secret, only the secret's last characters. */
export const connectorWire = z.object({
  id: z.string(),
  name: z.string(),
  baseUrl: z.string(),
  auth: z.string(),
  header: z.string().nullable(),
  secretHint: z.string(),
  operations: z.array(operation),
  createdAt: z.string(),
  rotatedAt: z.string().nullable(),
});

export const linkWire = z.object({ connector: z.string(), operations: z.array(z.string()) });

function isPlainBase(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.username === '' && url.password === '' && url.port === '' && url.search === '' && url.hash === '';
}
