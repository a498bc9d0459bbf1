/** Sends something a person does to a stand-in's driver; answers its JSON, or throws the sentence it says. */
export async function drive<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const read = (await answer.json()) as T & { error?: string };
  if (!answer.ok) throw new Error(read.error ?? `The stand-in answered ${answer.status}.`);
  return read;
}

export type Paragraph = { kind: 'text' | 'code' | 'title' | 'small'; text: string };

/** A text as Slack or Discord would draw it: bold, code, small print; never HTML. */
export function paragraphs(text: string): Paragraph[] {
  return text.split('```').flatMap((part, index): Paragraph[] => {
    if (index % 2 === 1) return [{ kind: 'code', text: part.replace(/^\n|\n$/g, '') }];
    return part
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line): Paragraph => {
        if (line.startsWith('### ')) return { kind: 'title', text: line.slice(4) };
        if (line.startsWith('-# ')) return { kind: 'small', text: line.slice(3) };
        return { kind: 'text', text: line };
      });
  });
}
