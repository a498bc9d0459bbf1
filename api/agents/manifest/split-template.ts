export type TemplatePart = { text: string; isExpression: boolean };

/** `a ${b} c` → its texts and expressions, none of them empty text; null when a `${` is never closed. A brace in quotes closes nothing. */
export function splitTemplate(template: string): TemplatePart[] | null {
  const parts: TemplatePart[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('${', at);
    if (open !== at) parts.push({ text: template.slice(at, open === -1 ? undefined : open), isExpression: false });
    if (open === -1) return parts;
    const close = closingBrace(template, open + 2);
    if (close === -1) return null;
    parts.push({ text: template.slice(open + 2, close), isExpression: true });
    at = close + 1;
  }
  return parts;
}

function closingBrace(template: string, from: number): number {
  let quote: string | null = null;
  for (let at = from; at < template.length; at += 1) {
    const letter = template[at] as string;
    if (quote !== null && letter === '\\') at += 1;
    else if (letter === quote) quote = null;
    else if (quote === null && (letter === '"' || letter === "'")) quote = letter;
    else if (quote === null && letter === '}') return at;
  }
  return -1;
}
