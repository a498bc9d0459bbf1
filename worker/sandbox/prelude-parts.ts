/**
 * Parts of the prelude that most runs never need, compiled in the guest the first time one is asked for: compiling is most of what a
 * trivial run costs. Each is a function of what the prelude had captured before any code of a stranger, so it is as safe when it comes late.
 */
export const preludeParts: Record<string, string> = {
  log: `(function (hostLog, stringify, RealError, text) {
  'use strict';
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
  const say = (level, values) => {
    let message = '';
    for (let i = 0; i < values.length; i += 1) message += (i > 0 ? ' ' : '') + show(values[i]);
    hostLog(level, stringify(message));
  };
  return { show, say };
})`,

  describe: `(function (stringify, text, show) {
  'use strict';
  return (error) => {
    let name = 'Error', message = '', stack = '';
    try {
      if (typeof error === 'object' && error !== null) {
        name = text(error.name ?? 'Error');
        message = error.message === undefined ? show(error) : text(error.message);
        stack = text(error.stack ?? '');
      } else message = show(error);
    } catch { message = 'The agent threw something that cannot be shown.'; }
    return stringify({ name: name.slice(0, 100), message: message.slice(0, 2000), stack: stack.slice(0, 2000) });
  };
})`,

  // Loaded before the agent, when it may use any: brokered tools ask the host, libraries are evaluated when they are first read.
  tools: `(function (tools, toolNames, libraryNames, of) {
  'use strict';
  const { stringify, parse, freeze, create, defineProperty, RealError, RealPromise, then, apply, text, hostTool, load, charsMax } = of;
  const failed = (name, code) => {
    const error = new RealError('The tool ' + name + ' failed: ' + code);
    defineProperty(error, 'code', { value: code, enumerable: true });
    return error;
  };
  for (let i = 0; i < toolNames.length; i += 1) {
    const name = toolNames[i];
    const dot = name.indexOf('.');
    const space = name.slice(0, dot), operation = name.slice(dot + 1);
    tools[space] ??= create(null);
    tools[space][operation] = (args) => new RealPromise((resolve, reject) => {
      const json = stringify(args === undefined ? null : args);
      if (json === undefined) return reject(failed(name, 'invalid_arguments'));
      if (json.length > charsMax) return reject(failed(name, 'too_large'));
      apply(then, hostTool(name, json), [(answer) => resolve(parse(answer)), (code) => reject(failed(name, text(code)))]);
    });
  }
  for (const space in tools) freeze(tools[space]);
  for (let i = 0; i < libraryNames.length; i += 1) {
    const name = libraryNames[i];
    let library;
    defineProperty(tools, name, { enumerable: true, get: () => (library ??= freeze(load('library:' + name))) });
  }
})`,

  // Timers run in order of their time, without waiting: the clock jumps to the next one when there is nothing else to do.
  timers: `(function (clock) {
  'use strict';
  let timers = [], next = 1;
  const without = (drop) => {
    const kept = [];
    for (let i = 0; i < timers.length; i += 1) if (!drop(timers[i])) kept[kept.length] = timers[i];
    timers = kept;
  };
  return {
    add(run, ms, args, repeats) {
      const wait = ms > 0 ? +ms : 0;
      const timer = { id: next++, at: clock.read() + wait, run, args, every: repeats ? (wait > 1 ? wait : 1) : 0 };
      timers[timers.length] = timer;
      return timer.id;
    },
    clear(id) { without((timer) => timer.id === id); },
    runNext() {
      let first;
      for (let i = 0; i < timers.length; i += 1) if (first === undefined || timers[i].at < first.at) first = timers[i];
      if (first === undefined) return false;
      clock.jump(first.at);
      if (first.every > 0) first.at = clock.read() + first.every;
      else without((timer) => timer === first);
      if (typeof first.run === 'function') first.run(...first.args);
      return true;
    },
  };
})`,
};
