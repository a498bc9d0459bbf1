// Loaded before a worker's own code, as `--import file:///…/skew-clock.ts?ms=300000`: the clock of that process is wrong by so much.
const skewMs = Number(new URL(import.meta.url).searchParams.get('ms'));
const RealDate = Date;
const realNow = RealDate.now.bind(RealDate);
RealDate.now = () => realNow() + skewMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now()] : args, newTarget) as Date,
  apply: () => new RealDate(RealDate.now()).toString(),
});
