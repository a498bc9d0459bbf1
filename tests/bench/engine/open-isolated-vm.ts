import { createRequire } from 'node:module';
import type { OpenContender } from './contender.ts';

// The part of https://github.com/laverdet/isolated-vm that is used; the package is not among Quarry's dependencies.
type Reference = {
  apply(receiver: undefined, args: unknown[], options: { arguments: object; result: object }): Promise<unknown>;
};
type Isolate = {
  isDisposed: boolean;
  createContext(): Promise<unknown>;
  compileModule(code: string): Promise<{
    instantiate(context: unknown, resolve: () => never): Promise<void>;
    evaluate(): Promise<unknown>;
    namespace: { get(name: string, options: { reference: true }): Promise<Reference> };
  }>;
  dispose(): void;
};
type Ivm = { Isolate: new (options: { memoryLimit: number }) => Isolate; Reference: new (value: unknown) => unknown };

const memoryMib = 64;

/** isolated-vm when it can be loaded, null otherwise: an isolate and a context a run, in threads of its own. */
export function loadIsolatedVm(): ((threadsMax: number) => Promise<OpenContender>) | null {
  let ivm: Ivm;
  try {
    ivm = createRequire(import.meta.url)('isolated-vm') as Ivm;
  } catch {
    return null;
  }
  return async (threadsMax) => openIsolatedVm(ivm, threadsMax);
}

function openIsolatedVm({ Isolate, Reference }: Ivm, threadsMax: number): OpenContender {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return {
    async run({ source, input }, onTool, signal) {
      if (busy >= threadsMax) await new Promise<void>((resolve) => waiting.push(resolve));
      busy += 1;
      const isolate = new Isolate({ memoryLimit: memoryMib });
      const stop = () => isolate.dispose();
      signal?.addEventListener('abort', stop, { once: true });
      try {
        const context = await isolate.createContext();
        const module = await isolate.compileModule(moduleOf(source));
        await module.instantiate(context, () => {
          throw new Error('The guest imports nothing');
        });
        await module.evaluate();
        const start = await module.namespace.get('default', { reference: true });
        const answer = onTool ?? (async (args: string) => args);
        const output = await start.apply(undefined, [input, new Reference(answer)], {
          arguments: { copy: true },
          result: { promise: true, copy: true },
        });
        return String(output);
      } finally {
        signal?.removeEventListener('abort', stop);
        if (!isolate.isDisposed) isolate.dispose();
        busy -= 1;
        waiting.shift()?.();
      }
    },
    residentBytes: async () => process.memoryUsage.rss(),
    close: async () => undefined,
  };
}

function moduleOf(source: string): string {
  return `const run = ${source};
export default async (input, tool) => {
  const echo = async (value) => JSON.parse(await tool.apply(undefined, [JSON.stringify(value)], { result: { promise: true, copy: true } }));
  return JSON.stringify(await run(JSON.parse(input), { tools: { bench: { echo } } }));
};`;
}
