import { findContenders } from './contenders.ts';
import { measureCancels, measureCold, measureRate, measureTurns } from './measure.ts';

// node tests/bench/engine/alone.ts <contender> <runs> <rounds>: the figures of one contender that cannot take turns with others in one
// process: isolated-vm stops now and then when worker threads beside it are ended, and often when a run of its own is cancelled, which
// therefore comes last. Prints two lines of JSON.
const [name, runsText, roundsText] = process.argv.slice(2);
const [runs, rounds] = [Number(runsText), Number(roundsText)];
const contenders = findContenders().filter((one) => one.name === name);
const cold = await measureCold(contenders, rounds);
const turns = await measureTurns(contenders, runs);
const [one, two] = [await measureRate(contenders, 1, runs, rounds), await measureRate(contenders, 2, runs, rounds)];
console.log(JSON.stringify({ cold, ...turns, one, two }));
console.log(JSON.stringify({ cancel: await measureCancels(contenders, runs / 4) }));
process.exit(0);
