/** One thing an agent may ask for. `arguments` is the JSON Schema (draft 2020-12) of its one argument or, for a library, of each parameter by name. */
export type Tool = {
  name: string;
  /** 'library': code that runs beside the agent in the sandbox. 'broker': asked for, answered outside, recorded and metered. */
  kind: 'library' | 'broker';
  title: string;
  description: string;
  /** Names of a library function's parameters, in order; a brokered tool has one argument, an object. */
  parameters: string[] | null;
  arguments: JsonSchema;
  /** Whether a moderator must approve it for each upload. */
  needsApproval: boolean;
  example: string;
};

type JsonSchema = { readonly [key: string]: unknown };

const text = { type: 'string' } as const;
const numbers = { type: 'array', items: { type: 'number' }, minItems: 1 } as const;
const key = { type: 'string', minLength: 1, maxLength: 256 } as const;
const headers = {
  type: 'object',
  additionalProperties: { type: 'string', maxLength: 4_096 },
  maxProperties: 20,
} as const;
const url = { type: 'string', minLength: 8, maxLength: 4_096 } as const;

const object = (properties: JsonSchema, required: string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const library = (
  name: string,
  title: string,
  description: string,
  properties: JsonSchema,
  required: string[],
  example: string,
): Tool => ({
  name,
  kind: 'library',
  title,
  description,
  parameters: Object.keys(properties),
  arguments: object(properties, required),
  needsApproval: false,
  example,
});

const broker = (
  name: string,
  title: string,
  description: string,
  needsApproval: boolean,
  schema: JsonSchema,
  example: string,
): Tool => ({
  name,
  kind: 'broker',
  title,
  description,
  parameters: null,
  arguments: schema,
  needsApproval,
  example,
});

/** Every tool there is, as its authors read of it. The worker answers each name; a new one is an entry here, its answer in worker/tools. */
export const tools: Tool[] = [
  broker(
    'http.get',
    'Fetch a page',
    'GET of an http or https address on a host approved for the agent. Answers { status, headers, body, truncated }; 10 s, 5 MiB, at most two redirects.',
    true,
    object({ url, headers }, ['url']),
    `await tools.http.get({ url: 'https://example.org/data.json' })`,
  ),
  broker(
    'http.post',
    'Send data',
    'POST to a host approved for the agent; body is text or JSON. Carries an Idempotency-Key, so that a second attempt repeats nothing.',
    true,
    object({ url, headers, body: {} }, ['url']),
    `await tools.http.post({ url: 'https://example.org/items', body: { n: 1 } })`,
  ),
  broker(
    'llm.complete',
    'Ask a language model',
    'Answers { text, tokens }. Tokens are metered and count against the ceiling of the agent.',
    true,
    object(
      {
        prompt: { type: 'string', minLength: 1, maxLength: 200_000 },
        system: { type: 'string', maxLength: 20_000 },
        maxTokens: { type: 'integer', minimum: 1, maximum: 1_024 },
      },
      ['prompt'],
    ),
    `await tools.llm.complete({ prompt: 'Summarise: ' + input.text, maxTokens: 200 })`,
  ),
  broker(
    'connector.call',
    'Use a connected service',
    'One named operation of a connector that you linked to the agent. The secret stays outside: the agent names the connector, never the key. Answers as http.get.',
    false,
    object(
      {
        connector: { type: 'string', minLength: 1, maxLength: 40 },
        operation: { type: 'string', minLength: 1, maxLength: 40 },
        query: { type: 'object', additionalProperties: { type: 'string', maxLength: 4_096 }, maxProperties: 50 },
        body: {},
      },
      ['connector', 'operation'],
    ),
    `await tools.connector.call({ connector: 'crm', operation: 'list-contacts', query: { page: '1' } })`,
  ),
  broker(
    'kv.get',
    'Read from scratch',
    'A value kept earlier in this run, or null.',
    false,
    object({ key }, ['key']),
    `await tools.kv.get({ key: 'seen' })`,
  ),
  broker(
    'kv.set',
    'Keep in scratch',
    'Keeps a JSON value for the rest of this run; 256 KiB in all.',
    false,
    object({ key, value: {} }, ['key', 'value']),
    `await tools.kv.set({ key: 'seen', value: [1, 2] })`,
  ),
  broker(
    'kv.delete',
    'Drop from scratch',
    'Forgets a value.',
    false,
    object({ key }, ['key']),
    `await tools.kv.delete({ key: 'seen' })`,
  ),
  broker(
    'kv.list',
    'List scratch',
    'The keys kept in this run, sorted.',
    false,
    object({}, []),
    `await tools.kv.list({})`,
  ),
  library(
    'html.select',
    'Read HTML',
    'Elements that match a CSS selector, as [{ text, attributes, html }], at most 1,000.',
    { html: text, selector: { type: 'string', minLength: 1, maxLength: 1_000 } },
    ['html', 'selector'],
    `tools.html.select(page.body, 'table tr td:first-child')`,
  ),
  library(
    'csv.parse',
    'Read CSV',
    'Rows of a CSV text as { rows, errors }; with header: true each row is an object.',
    { text, options: object({ header: { type: 'boolean' }, delimiter: { type: 'string', maxLength: 1 } }, []) },
    ['text'],
    `tools.csv.parse(input.csv, { header: true }).rows`,
  ),
  library(
    'csv.format',
    'Write CSV',
    'Rows (arrays or objects) as CSV text.',
    { rows: { type: 'array' } },
    ['rows'],
    `tools.csv.format([{ a: 1 }])`,
  ),
  library(
    'json.query',
    'Query JSON',
    'What a JMESPath expression (https://jmespath.org) selects from a value.',
    { value: {}, query: { type: 'string', minLength: 1, maxLength: 2_000 } },
    ['value', 'query'],
    `tools.json.query(input, 'orders[*].id')`,
  ),
  library('stats.mean', 'Mean', 'The arithmetic mean.', { values: numbers }, ['values'], 'tools.stats.mean([1, 2, 3])'),
  library(
    'stats.median',
    'Median',
    'The middle value.',
    { values: numbers },
    ['values'],
    'tools.stats.median([1, 2, 3])',
  ),
  library(
    'stats.stddev',
    'Standard deviation',
    'Of a population.',
    { values: numbers },
    ['values'],
    'tools.stats.stddev([1, 2, 3])',
  ),
  library(
    'stats.quantile',
    'Quantile',
    'The value below which the part p (0 to 1) lies.',
    { values: numbers, p: { type: 'number', minimum: 0, maximum: 1 } },
    ['values', 'p'],
    'tools.stats.quantile([1, 2, 3, 4], 0.25)',
  ),
  library(
    'stats.linearRegression',
    'Line through points',
    'Slope m and intercept b of the least-squares line through [x, y] pairs.',
    {
      points: {
        type: 'array',
        items: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
        minItems: 1,
      },
    },
    ['points'],
    'tools.stats.linearRegression([[0, 1], [1, 3]])',
  ),
  library(
    'stats.correlation',
    'Correlation',
    'Pearson’s coefficient of two lists of the same length.',
    { x: numbers, y: numbers },
    ['x', 'y'],
    'tools.stats.correlation([1, 2, 3], [2, 4, 7])',
  ),
  library(
    'text.words',
    'Words',
    'The words of a text, in lower case.',
    { text },
    ['text'],
    `tools.text.words('Hello, world')`,
  ),
  library(
    'text.similarity',
    'Likeness of texts',
    'From 0 to 1: how alike two texts are (Sørensen–Dice over pairs of letters).',
    { a: text, b: text },
    ['a', 'b'],
    `tools.text.similarity('night', 'nacht')`,
  ),
  library(
    'text.slug',
    'Slug',
    'A text as lower-case words with hyphens.',
    { text },
    ['text'],
    `tools.text.slug('Crème brûlée!')`,
  ),
  library(
    'text.truncate',
    'Shorten',
    'At most so many characters, cut at a word and ended with “…”.',
    { text, charactersMax: { type: 'integer', minimum: 1 } },
    ['text', 'charactersMax'],
    `tools.text.truncate(input.body, 200)`,
  ),
  library(
    'text.normalize',
    'Normalise',
    'Unicode NFKC, spaces collapsed, ends trimmed.',
    { text },
    ['text'],
    `tools.text.normalize('  ﬁve  ')`,
  ),
];

/** The tool with this name, or undefined. */
export function findTool(name: string): Tool | undefined {
  return tools.find((tool) => tool.name === name);
}
