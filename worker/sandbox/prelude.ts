/**
 * Runs in the guest before any code of a stranger. It takes the host's functions away from the global object, fixes time and chance, and
 * answers the functions that start the agent and describe errors. Everything it uses later is captured now, so that nothing the agent
 * redefines can change what crosses to the host: every value crosses as JSON text, made once.
 */
export const prelude = `(function (host, seed, clockMs, toolNames, outputCharsMax) {
  'use strict';
  const { stringify, parse } = JSON;
  const { construct, ownKeys, deleteProperty } = Reflect;
  const { defineProperty, freeze, create } = Object;
  const RealDate = Date, RealError = Error, RealPromise = Promise, text = String;
  const then = RealPromise.prototype.then;
  const apply = Reflect.apply;
  const resolved = RealPromise.resolve.bind(RealPromise);
  const hostLog = host.log, hostEmit = host.emit, hostProgress = host.progress, hostTool = host.tool, hostDone = host.done, hostFail = host.fail;

  for (const name of ['SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'navigator', 'performance', 'scriptArgs', 'print']) {
    deleteProperty(globalThis, name);
  }

  let [a, b, c, d] = seed;
  function random() {
    const t = (a + b | 0) + d | 0;
    d = d + 1 | 0;
    a = b ^ b >>> 9;
    b = c + (c << 3) | 0;
    c = (c << 21 | c >>> 11) + t | 0;
    return (t >>> 0) / 4294967296;
  }
  for (let i = 0; i < 15; i += 1) random();
  Math.random = random;

  let time = clockMs;
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

  // Timers run in order of their time, without waiting: the clock jumps to the next one when there is nothing else to do.
  let timers = [], nextTimer = 1;
  const addTimer = (run, ms, args, every) => {
    const wait = ms > 0 ? +ms : 0;
    const timer = { id: nextTimer++, at: time + wait, run, args, every: every ? (wait > 1 ? wait : 1) : 0 };
    timers[timers.length] = timer;
    return timer.id;
  };
  globalThis.setTimeout = (run, ms, ...args) => addTimer(run, ms, args, false);
  globalThis.setInterval = (run, ms, ...args) => addTimer(run, ms, args, true);
  globalThis.clearTimeout = globalThis.clearInterval = (id) => {
    const kept = [];
    for (let i = 0; i < timers.length; i += 1) if (timers[i].id !== id) kept[kept.length] = timers[i];
    timers = kept;
  };
  globalThis.queueMicrotask ??= (run) => void resolved().then(run);
  function runTimer() {
    let first = -1;
    for (let i = 0; i < timers.length; i += 1) {
      if (first === -1 || timers[i].at < timers[first].at) first = i;
    }
    if (first === -1) return false;
    const timer = timers[first];
    if (timer.at > time) time = timer.at;
    if (timer.every > 0) timer.at = time + timer.every;
    else {
      const kept = [];
      for (let i = 0; i < timers.length; i += 1) if (i !== first) kept[kept.length] = timers[i];
      timers = kept;
    }
    if (typeof timer.run === 'function') timer.run(...timer.args);
    return true;
  }

  const show = (value) => {
    if (typeof value === 'string') return value;
    if (value instanceof RealError) return text(value.stack ? value.name + ': ' + value.message : value);
    try {
      const json = typeof value === 'object' && value !== null ? stringify(value) : undefined;
      return json === undefined ? text(value) : json;
    } catch {
      return '[not shown]';
    }
  };
  const say = (level) => (...values) => {
    let message = '';
    for (let i = 0; i < values.length; i += 1) message += (i > 0 ? ' ' : '') + show(values[i]);
    hostLog(level, stringify(message));
  };
  const log = say('log');
  globalThis.console = freeze({ log, info: say('info'), warn: say('warn'), error: say('error'), debug: log, trace: log });

  const tools = create(null);
  for (let i = 0; i < toolNames.length; i += 1) {
    const name = toolNames[i];
    tools[name] = (args) => hostTool(name, stringify(args === undefined ? null : args)).then(
      (json) => parse(json),
      (code) => { throw new RealError('The tool ' + name + ' failed: ' + text(code)); },
    );
  }
  const api = freeze({
    tools: freeze(tools),
    log,
    progress: (fraction, note) => hostProgress(+fraction || 0, stringify(note === undefined ? null : text(note))),
    emit: (value) => { const json = stringify(value); if (json !== undefined) hostEmit(json); },
    random,
    now,
  });

  function describe(error) {
    let name = 'Error', message = '', stack = '';
    try {
      if (typeof error === 'object' && error !== null) {
        name = text(error.name ?? 'Error');
        message = text(error.message ?? '');
        stack = text(error.stack ?? '');
      } else message = show(error);
    } catch { message = 'The agent threw something that cannot be shown.'; }
    return stringify({ name: name.slice(0, 100), message: message.slice(0, 2000), stack: stack.slice(0, 2000) });
  }

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

  function start(run, input) {
    const failed = (error) => hostFail('GUEST_ERROR', describe(error));
    apply(then, new RealPromise((resolve) => resolve(run(parse(input), api))), [finish, failed]);
  }
  return { start, describe, runTimer };
})`;
