import { Marked } from 'marked';

/** Markdown to HTML, the tokens, a renderer of one's own and an inline extension, from https://marked.js.org. */
export default function run({ text }: { text: string }) {
  const plain = new Marked({ gfm: true });
  const numbered = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const title = this.parser.parseInline(tokens);
        return `<h${depth} id="${title.toLowerCase().replace(/[^\w]+/g, '-')}">${title}</h${depth}>\n`;
      },
    },
    extensions: [
      {
        name: 'mark',
        level: 'inline',
        start: (source) => source.indexOf('=='),
        tokenizer(source) {
          const match = /^==([^=]+)==/.exec(source);
          return match === null ? undefined : { type: 'mark', raw: match[0], text: match[1] };
        },
        renderer: (token) => `<mark>${token.text}</mark>`,
      },
    ],
  });
  return {
    html: plain.parse(text),
    marked: numbered.parse(text),
    inline: plain.parseInline('**strong** _em_ `code` <https://example.com>'),
    kinds: plain.lexer(text).map((token) => token.type),
  };
}
