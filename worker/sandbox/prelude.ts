/**
 * Runs in the guest before any code of a stranger. It takes the host's functions away from the global object, fixes time and chance, and
 * answers the functions that begin a run with its settings, start the agent and describe errors (prelude-parts.ts has what is only needed
 * sometimes). All but what `begin` is told is the same for every run, and lies in the template. Everything it uses later is captured now, so that nothing the agent
 * redefines can change what crosses to the host: every value crosses as JSON text, made once.
 */
export const prelude = `(function (host) {
  'use strict';
  const { stringify, parse } = JSON;
  const { construct, ownKeys, deleteProperty } = Reflect;
  const { defineProperty, freeze, create } = Object;
  const RealDate = Date, RealError = Error, RealPromise = Promise, text = String;
  const then = RealPromise.prototype.then;
  const apply = Reflect.apply;
  const resolved = RealPromise.resolve.bind(RealPromise);
  const hostLog = host.log, hostEmit = host.emit, hostProgress = host.progress, hostTool = host.tool, load = host.load, hostDone = host.done, hostFail = host.fail;

  for (const name of ['SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'navigator', 'performance', 'scriptArgs', 'print']) {
    deleteProperty(globalThis, name);
  }

  let a, b, c, d;
  function seed() {
    const words = load('seed');
    a = words[0]; b = words[1]; c = words[2]; d = words[3];
    for (let i = 0; i < 15; i += 1) random();
  }
  function random() {
    if (a === undefined) seed();
    const t = (a + b | 0) + d | 0;
    d = d + 1 | 0;
    a = b ^ b >>> 9;
    b = c + (c << 3) | 0;
    c = (c << 21 | c >>> 11) + t | 0;
    return (t >>> 0) / 4294967296;
  }
  Math.random = random;

  let time = 0;
  const now = () => time++;
  function QuarryDate(...args) {
    if (new.target === undefined) return new RealDate(now()).toString();
    return construct(RealDate, args.length === 0 ? [now()] : args, new.target);
  }
  QuarryDate.prototype = RealDate.prototype;
  QuarryDate.now = now;
  QuarryDate.parse = RealDate.parse;
  QuarryDate.UTC = RealDate.UTC;
  defineProperty(QuarryDate, 'name', { value: 'Date' });
  defineProperty(RealDate.prototype, 'constructor', { value: QuarryDate, writable: true, configurable: true });
  globalThis.Date = QuarryDate;

  let timing;
  const timers = () => (timing ??= load('timers')({ read: () => time, jump: (to) => { if (to > time) time = to; } }));
  globalThis.setTimeout = (run, ms, ...args) => timers().add(run, ms, args, false);
  globalThis.setInterval = (run, ms, ...args) => timers().add(run, ms, args, true);
  globalThis.clearTimeout = globalThis.clearInterval = (id) => timers().clear(id);
  const runTimer = () => timing !== undefined && timing.runNext();
  globalThis.queueMicrotask ??= (run) => void resolved().then(run);
  let logging;
  const logs = () => (logging ??= load('log')(hostLog, stringify, RealError, text));
  const say = (level) => (...values) => logs().say(level, values);
  const log = say('log');
  globalThis.console = freeze({ log, info: say('info'), warn: say('warn'), error: say('error'), debug: log, trace: log });

  const tools = create(null);
  let outputCharsMax;
  const api = freeze({
    tools,
    log,
    progress: (fraction, note) => hostProgress(+fraction || 0, stringify(note === undefined ? null : text(note))),
    emit: (value) => { const json = stringify(value); if (json !== undefined) hostEmit(json); },
    random,
    now,
  });

  let describing;
  const describe = (error) => (describing ??= load('describe')(stringify, text, (value) => logs().show(value)))(error);

  function finish(value) {
    let json;
    try { json = stringify(value); } catch (error) {
      hostFail('OUTPUT_REJECTED', describe(error));
      return;
    }
    if (json === undefined) json = 'null';
    if (json.length > outputCharsMax) hostFail('LIMIT_OUTPUT', stringify({ length: json.length }));
    else hostDone(json);
  }

  function begin(clockMs, charsMax, names) {
    time = clockMs;
    outputCharsMax = charsMax;
    if (names !== undefined) {
      const { toolNames, libraryNames } = parse(names);
      load('tools')(tools, toolNames, libraryNames, {
        stringify, parse, freeze, create, defineProperty, RealError, RealPromise, then, apply, text, hostTool, load, charsMax,
      });
    }
    freeze(tools);
  }

  function start(run, input) {
    const failed = (error) => hostFail('GUEST_ERROR', describe(error));
    apply(then, new RealPromise((resolve) => resolve(run(parse(input), api))), [finish, failed]);
  }
  return { begin, start, describe, runTimer };
})`;
