const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 to a text of bytes, as browsers have it: the engine has none, and the HTML parser unpacks its table of entities with it. */
export function atob(text: string): string {
  const letters = text.replace(/[=\s]/g, '');
  let bytes = '';
  let bits = 0;
  let held = 0;
  for (const letter of letters) {
    held = (held << 6) | alphabet.indexOf(letter);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += String.fromCharCode((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return bytes;
}
