import { createContext, Script } from 'node:vm';
import type { PeerEngine } from './peer-engine.ts';

/** Node's own node:vm: a new context a run. It walls nothing in, and stands here for what the language costs without walls. */
export const nodeVmPeer: PeerEngine = async ({ source, input }, tool) => {
  const context = createContext({
    echo: async (value: unknown) => JSON.parse(await tool(JSON.stringify(value))) as unknown,
  });
  const run = new Script(`(async () => JSON.stringify(await (${source})(${input}, { tools: { bench: { echo } } })))()`);
  return (await run.runInContext(context)) as string;
};
