import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Encrypts a text for storage: AES-256-GCM under a key derived from the deployment's secret and the purpose (HKDF, RFC 5869). The value
 * names its key, so that values of an earlier secret are still opened after it was replaced.
 */
export function seal(secret: string, purpose: string, text: string): string {
  const key = keyFor(secret, purpose);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return ['v2', keyId(key), ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
}

/** Opens what `seal` made under one of these secrets; throws when it was none of them, the purpose is another, or a byte was changed. */
export function unseal(secrets: string | readonly string[], purpose: string, sealed: string): string {
  const [version, kid, ...parts] = sealed.split('.');
  if (version !== 'v2' || parts.length !== 3) throw new Error('This is not a sealed value');
  const key = [secrets]
    .flat()
    .map((secret) => keyFor(secret, purpose))
    .find((one) => keyId(one) === kid);
  if (key === undefined) throw new Error(`No secret of this deployment opens a value of key ${kid}`);
  const [iv, tag, body] = parts.map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer, Buffer];
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}

/** Whether a value is sealed under this secret already; false: seal it again. */
export function isSealedWith(secret: string, purpose: string, sealed: string): boolean {
  return sealed.split('.')[1] === keyId(keyFor(secret, purpose));
}

function keyFor(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'quarry', purpose, 32));
}

/** Names a key without telling anything of it. */
function keyId(key: Buffer): string {
  return createHash('sha256').update('key id').update(key).digest('base64url').slice(0, 8);
}
