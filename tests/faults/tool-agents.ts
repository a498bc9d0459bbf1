import { decideTool } from '../../api/tools/decide-tool.ts';
import { requestTool } from '../../api/tools/request-tool.ts';
import type { Context } from '../../api/platform/context.ts';
import { makeOwner } from '../support/engine-rows.ts';
import type { FaultAgent } from './agents.ts';

/** The tool they call, which a bounty must allow. */
export const effectTool = 'llm.complete';

// Every prompt is that of one call of one execution, and the same in all attempts: chance is seeded for each execution.
const ask = `const ask = async (tools, name, n) => {
  let sum = 0;
  for (let i = 0; i < 20000; i += 1) sum += i;
  const { text } = await tools.llm.complete({ prompt: [name, n, sum, Math.random()].join(' ') });
  console.log(text);
};`;

/** Agents whose calls have effects outside, and which log each answer as it comes. */
export const toolAgents: FaultAgent[] = [
  {
    name: 'calling a tool three times',
    share: 10,
    failsEvery: null,
    logLines: 3,
    toolCalls: 3,
    prepare: approveTool,
    source: `${ask}
    export default async function run(input, { tools }) {
      for (const name of ['first', 'second', 'third']) await ask(tools, name, input.n);
      return { echo: input.n };
    }`,
  },
  {
    // What is asked next depends on which answer came first.
    name: 'calling tools two at once',
    share: 10,
    failsEvery: null,
    logLines: 5,
    toolCalls: 5,
    prepare: approveTool,
    source: `${ask}
    export default async function run(input, { tools }) {
      await ask(tools, 'first', input.n);
      await Promise.all(['left', 'right'].map(async (name) => {
        await ask(tools, name, input.n);
        await ask(tools, name + ' again', input.n);
      }));
      return { echo: input.n };
    }`,
  },
];

async function approveTool(context: Context, upload: { accountId: string; agentUploadId: string }): Promise<void> {
  const about = { agent: upload.agentUploadId, tool: effectTool, reason: 'To be asked under faults' };
  await requestTool(context, { ...about, accountId: upload.accountId, hosts: [] });
  const moderatorId = await makeOwner(context.database, 'Moderator');
  await decideTool(context, { ...about, moderatorId, decision: 'approve' });
}
