import { agentUploaded } from '../views/agents.ts';
import type { FormView } from '../views/view.ts';
import { command, OptionProblem } from './command.ts';
import { agentCode, choice, file, optional, text } from './options.ts';

/** Uploads an agent, or the next version of one. */
export const agentUpload = command({
  name: 'agent upload',
  summary: 'Upload an agent: JavaScript, TypeScript or steps, or a new version of one you have',
  example: '/agent upload name:"Spam guard"',
  options: {
    name: optional(text('what it is called; not needed for a new version', 60)),
    file: optional(file('its source: a .js or .ts file, or .json with steps; at most 512 KiB')),
    source: optional(text('its source, when you paste it instead', 524_288)),
    language: optional(choice('js or ts; read from the file name when left out', ['js', 'ts'] as const)),
    agent: optional(agentCode('the agent this is a new version of')),
  },
  form(given) {
    return given['file'] === undefined && given['source'] === undefined ? sourceForm(given) : null;
  },
  async run({ api, options, idempotencyKey }) {
    const source = options.file ?? options.source ?? '';
    const manifest = readManifest(source);
    const version = manifest === null ? { source, language: options.language ?? 'js' } : { manifest };
    if (options.agent !== undefined) {
      return agentUploaded(await api.agents.addVersion(options.agent, version, { idempotencyKey }));
    }
    const kind = manifest === null ? 'full_code' : 'low_code';
    const name = options.name ?? 'Unnamed agent';
    return agentUploaded(await api.agents.upload({ name, kind, ...version }, { idempotencyKey }));
  },
});

/** Steps are JSON; everything else is code. What is wrong with either the API says. */
function readManifest(source: string): object | null {
  if (!source.trimStart().startsWith('{')) return null;
  try {
    return JSON.parse(source) as object;
  } catch (error) {
    // A module may begin with a block; steps name their schema.
    if (!source.includes('quarry.agent/')) return null;
    throw new OptionProblem(
      `The steps are not JSON (${(error as Error).message}). Correct that and upload them again.`,
      'source',
    );
  }
}

function sourceForm(given: Record<string, string>): FormView {
  const carried = Object.fromEntries(Object.entries(given).filter(([name]) => ['agent'].includes(name)));
  return {
    kind: 'form',
    title: 'Upload an agent',
    submitLabel: 'Upload',
    command: 'agent upload',
    carried,
    intro:
      'One module with a default function, or steps as JSON (quarry.agent/v1). What is longer than 3,000 characters goes to POST /api/agent-uploads.',
    fields: [
      ...(given['agent']
        ? []
        : [
            {
              name: 'name',
              label: 'Name',
              kind: 'line' as const,
              required: true,
              lengthMax: 60,
              ...(given['name'] ? { value: given['name'] } : {}),
            },
          ]),
      {
        name: 'language',
        label: 'Language',
        kind: 'choice',
        required: true,
        value: given['language'] ?? 'js',
        choices: [
          { label: 'JavaScript', value: 'js' },
          { label: 'TypeScript', value: 'ts' },
        ],
      },
      {
        name: 'source',
        label: 'Source',
        kind: 'lines',
        required: true,
        lengthMax: 3000,
        example: 'export default async function run(input) { return input; }',
      },
    ],
  };
}
