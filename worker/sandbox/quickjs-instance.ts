import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  RELEASE_SYNC,
  StaticLifetime,
  type JSValueConstPointer,
  type QuickJSContext,
  type QuickJSHandle,
} from 'quickjs-emscripten';
import { prelude } from './prelude.ts';
import type { RunCourse } from './run-course.ts';
import type { LogLine, OutcomeStatus } from './sandbox-types.ts';
import { sharedBytes } from './shared-bytes.ts';

const pageBytes = 65_536;
const initialPages = 256;
const rangeStepBytes = 4_096;
// It would write the path of the program that runs into the guest's memory, as the environment variable `_`.
const nameless: object = { thisProgram: './agent' };
// The engine's stack lies between its static data and its heap; what is left on it means nothing.
const gapBytesMin = 1024 * 1024;

type GuestFunction = 'begin' | 'start' | 'describe' | 'runTimer';

/**
 * A WebAssembly instance of the engine with a memory that cannot grow past the limit: the library's own memory limit does not hold. It
 * has one runtime and one context, whose whole memory is put back to a template before every run, and nothing of it is ever freed singly.
 */
export type Instance = {
  vm: QuickJSContext;
  memory: WebAssembly.Memory;
  memoryBytesMax: number;
  /** What prelude.ts answers. */
  guest: Record<GuestFunction, QuickJSHandle>;
  /** Whom the host's functions and the interrupt speak to: the run that is going on. */
  seat: { course: RunCourse | null };
};

/**
 * The memory of an instance in which the prelude ran and no stranger's code ever did. Instances are made by the same steps, so
 * that everything lies at the same place in all of them, which is what lets one take the memory of another. Threads share the bytes.
 */
export type Template = {
  ranges: { at: number; bytes: Uint8Array }[];
  host: number;
  guest: Record<GuestFunction, number>;
};

/** Makes the template for all instances of a module. */
export async function makeTemplate(wasmModule: WebAssembly.Module): Promise<Template> {
  const { vm, memory, host } = await openBare(wasmModule, initialPages * pageBytes);
  const compiled = vm.unwrapResult(vm.evalCode(prelude, 'quarry.js'));
  const answered = vm.unwrapResult(vm.callFunction(compiled, vm.undefined, host));
  const guest = forEachFunction((name) => vm.getProp(answered, name).value);
  return { ranges: rangesOf(memory), host: host.value, guest };
}

/** A new instance in the state of the template. */
export async function openInstance(
  wasmModule: WebAssembly.Module,
  template: Template,
  memoryBytesMax: number,
): Promise<Instance> {
  const { host, ...bare } = await openBare(wasmModule, memoryBytesMax);
  if (host.value !== template.host) throw new Error('Two instances of the engine were not made alike');
  const handleOf = (pointer: number) => new StaticLifetime(pointer as JSValueConstPointer, bare.vm.runtime);
  const instance = { ...bare, guest: forEachFunction((name) => handleOf(template.guest[name])) };
  resetInstance(instance, template);
  return instance;
}

/** Puts the whole memory back to the template. */
export function resetInstance({ memory, seat }: Instance, template: Template): void {
  seat.course = null;
  const whole = new Uint8Array(memory.buffer);
  for (const { at, bytes } of template.ranges) whole.set(bytes, at);
}

async function openBare(
  wasmModule: WebAssembly.Module,
  memoryBytesMax: number,
): Promise<Omit<Instance, 'guest'> & { host: QuickJSHandle }> {
  const maximum = Math.max(initialPages, Math.floor(memoryBytesMax / pageBytes));
  const memory = new WebAssembly.Memory({ initial: initialPages, maximum });
  const variant = newVariant(RELEASE_SYNC, { wasmModule, wasmMemory: memory, emscriptenModule: nameless });
  const quickjs = await newQuickJSWASMModuleFromVariant(variant);
  const seat: Instance['seat'] = { course: null };
  const runtime = quickjs.newRuntime();
  runtime.setInterruptHandler(() => seat.course?.mustStop() ?? false);
  runtime.setModuleLoader((name) => ({
    error: new Error(`An agent is one module and cannot import "${name.slice(0, 100)}". Bundle what it needs into it.`),
  }));
  const vm = runtime.newContext();
  return { vm, memory, memoryBytesMax, host: makeHostFunctions(vm, seat), seat };
}

function forEachFunction<T>(make: (name: GuestFunction) => T): Record<GuestFunction, T> {
  return { begin: make('begin'), start: make('start'), describe: make('describe'), runTimer: make('runTimer') };
}

function makeHostFunctions(vm: QuickJSContext, seat: Instance['seat']): QuickJSHandle {
  const host = vm.newObject();
  const define = (name: string, run: (course: RunCourse, ...args: QuickJSHandle[]) => QuickJSHandle | void) => {
    const handle = vm.newFunction(name, (...args) => {
      try {
        return (seat.course && run(seat.course, ...args)) ?? vm.undefined;
      } catch {
        // Nothing of the host's errors may reach the guest.
        return vm.undefined;
      }
    });
    vm.setProp(host, name, handle);
  };
  const text = (handle: QuickJSHandle | undefined) => vm.getString(handle as QuickJSHandle);
  define('log', (course, level, message) => course.log(text(level) as LogLine['level'], text(message)));
  define('load', (course, name) => vm.unwrapResult(vm.evalCode(course.part(text(name)), 'quarry.js')));
  define('emit', (course, json) => course.emit(text(json)));
  define('progress', (course, fraction, note) => course.progress(vm.getNumber(fraction as QuickJSHandle), text(note)));
  define('tool', (course, name, args) => callTool(vm, course, text(name), text(args)));
  define('done', (course, json) => course.finish('OK', undefined, text(json)));
  define('fail', (course, status, details) => course.failed(text(status) as OutcomeStatus, text(details)));
  return host;
}

function callTool(vm: QuickJSContext, course: RunCourse, name: string, args: string): QuickJSHandle {
  const deferred = vm.newPromise();
  course.callTool(
    name,
    args,
    (json) => deferred.resolve(vm.newString(json)),
    (code) => deferred.reject(vm.newString(code)),
  );
  return deferred.handle;
}

/** Everything in a memory that is not zero, as few ranges as its one large gap allows. */
function rangesOf(memory: WebAssembly.Memory): Template['ranges'] {
  const bytes = Buffer.from(memory.buffer);
  const zeros = Buffer.alloc(rangeStepBytes);
  const spans: { from: number; to: number }[] = [];
  for (let from = 0; from < bytes.length; from += rangeStepBytes) {
    const to = from + rangeStepBytes;
    if (bytes.compare(zeros, 0, rangeStepBytes, from, to) === 0) continue;
    const last = spans.at(-1);
    if (last !== undefined && from - last.to < gapBytesMin) last.to = to;
    else spans.push({ from, to });
  }
  return spans.map(({ from, to }) => ({ at: from, bytes: sharedBytes(bytes.subarray(from, to)) }));
}
