/** Takes secrets out of a text, as they are and as base64, base64url, hex and in addresses; each becomes `[secret]`. */
export function redact(text: string, secrets: readonly string[]): string {
  return formsOf(secrets).reduce((clean, form) => clean.replaceAll(form, '[secret]'), text);
}

/** The longest first, so that no form leaves a rest of another. */
function formsOf(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => {
    const bytes = Buffer.from(secret, 'utf8');
    const hex = bytes.toString('hex');
    const base64 = bytes.toString('base64');
    return [
      secret,
      base64,
      base64.replace(/=+$/, ''),
      bytes.toString('base64url'),
      hex,
      hex.toUpperCase(),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ];
  });
  return [...new Set(forms)].filter((form) => form.length >= 4).sort((a, b) => b.length - a.length);
}
