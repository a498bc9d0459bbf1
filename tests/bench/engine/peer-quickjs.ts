import { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC } from 'quickjs-emscripten';
import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from 'quickjs-emscripten';
import type { GuestRun } from './contender.ts';
import type { PeerEngine } from './peer-engine.ts';

const stackBytes = 256 * 1024;
const deadlineMs = 120_000;
const bridge =
  '(call) => ({ tools: { bench: { echo: async (value) => JSON.parse(await call(JSON.stringify(value))) } } })';

type Tool = (args: string) => Promise<string>;

/** quickjs-emscripten as its readme shows it: a runtime and a context a run, in an instance of its own from one compiled module, or in a shared one. */
export function quickJsPeer(wasmModule: WebAssembly.Module, isShared: boolean): PeerEngine {
  const open = () => newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmModule }));
  let shared: Promise<QuickJSWASMModule> | null = null;
  return async (guest, tool) => {
    const quickjs = await (isShared ? (shared ??= open()) : open());
    const runtime = quickjs.newRuntime();
    const endMs = performance.now() + deadlineMs;
    runtime.setMaxStackSize(stackBytes);
    runtime.setInterruptHandler(() => performance.now() > endMs);
    const vm = runtime.newContext();
    const handles: QuickJSHandle[] = [];
    const own = (handle: QuickJSHandle) => {
      handles.push(handle);
      return handle;
    };
    try {
      return await evaluate(vm, own, guest, tool);
    } finally {
      for (const handle of handles) if (handle.alive) handle.dispose();
      vm.dispose();
      runtime.dispose();
    }
  };
}

async function evaluate(
  vm: QuickJSContext,
  own: (handle: QuickJSHandle) => QuickJSHandle,
  { source, input, hasTools }: GuestRun,
  tool: Tool,
): Promise<string> {
  const module = own(vm.unwrapResult(vm.evalCode(`export default ${source}`, 'agent.js', { type: 'module' })));
  const run = own(vm.getProp(module, 'default'));
  const argument = own(vm.unwrapResult(vm.evalCode(`(${input})`)));
  let answered: Promise<void> = Promise.resolve();
  const call = () =>
    vm.newFunction('call', (args) => {
      const deferred = vm.newPromise();
      own(deferred.handle);
      answered = tool(vm.getString(args)).then((json) => vm.newString(json).consume((text) => deferred.resolve(text)));
      return deferred.handle;
    });
  const args = [argument];
  if (hasTools === true) {
    const make = own(vm.unwrapResult(vm.evalCode(bridge)));
    args.push(own(vm.unwrapResult(vm.callFunction(make, vm.undefined, own(call())))));
  }
  const promise = own(vm.unwrapResult(vm.callFunction(run, vm.undefined, ...args)));
  for (;;) {
    vm.unwrapResult(vm.runtime.executePendingJobs());
    const state = vm.getPromiseState(promise);
    if (state.type === 'fulfilled') return JSON.stringify(vm.dump(own(state.value)));
    if (state.type === 'rejected') throw new Error(`The guest failed: ${JSON.stringify(vm.dump(own(state.error)))}`);
    await answered;
  }
}
