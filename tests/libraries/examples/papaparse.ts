import { parse, unparse } from 'papaparse';

/** Headers, quoting, guessed delimiters, typed values, steps and writing back, from https://www.papaparse.com/docs. */
export default function run({ text }: { text: string }) {
  const typed = parse(text, { header: true, dynamicTyping: true, skipEmptyLines: true });
  const steps: unknown[] = [];
  parse(text, { step: ({ data }) => void steps.push(data), comments: '#', preview: 2 });
  const guessed = parse('a;b\n1;"x;y"\n2;z');
  return {
    rows: typed.data,
    fields: typed.meta.fields,
    steps,
    guessed: { data: guessed.data, delimiter: guessed.meta.delimiter },
    errors: parse('a,b\n1,"2', { header: true }).errors.map(({ code, row }) => ({ code, row })),
    ragged: parse('a,b\n1\n', { header: true }).errors.map(({ code }) => code),
    written: unparse([
      { name: 'Ada, L.', says: 'a "quote"\nand a line' },
      { name: 'Bob', says: null },
    ]),
    tabs: unparse(
      {
        fields: ['a', 'b'],
        data: [
          [1, 2],
          [3, 4],
        ],
      },
      { delimiter: '\t', newline: '\n' },
    ),
  };
}
