import { isMap, parse, parseAllDocuments, parseDocument, stringify, visit } from 'yaml';

/** Parsing with anchors and block text, documents that keep their comments, several documents and errors, from https://eemeli.org/yaml. */
export default function run({ text }: { text: string }) {
  const document = parseDocument(text);
  const keys: string[] = [];
  visit(document, { Pair: (_, pair) => void keys.push(String(pair.key)) });
  document.setIn(['server', 'port'], 8443);
  const broken = parseDocument('a: [1, 2\nb: "x');
  return {
    value: parse(text),
    keys,
    isMap: isMap(document.contents),
    written: String(document),
    plain: stringify({ list: [1, 'two', null, { deep: true }], text: 'a\nb\n', date: '2024-01-01' }),
    several: parseAllDocuments('--- 1\n---\n- a\n- b\n').map((one) => ('toJS' in one ? (one.toJS() as unknown) : null)),
    errors: broken.errors.map(({ code, linePos }) => ({ code, line: linePos?.[0].line })),
  };
}
