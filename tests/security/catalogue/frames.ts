import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findEngineFiles } from '../../../worker/sandbox/engine-files.ts';
import { readFrames, writeFrame } from '../../../worker/sandbox/frames.ts';
import { permissions, probeFile } from '../../../worker/sandbox/host-process.ts';
import { frameBytesMax } from '../../../worker/sandbox/limits.ts';
import { moduleOf, type Room, type Scenario, type Verdict } from './case.ts';

const head = (length: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length >>> 0);
  return bytes;
};

/** What reading these chunks leads to: frames, and whether the reader gave up. */
function read(chunks: Buffer[]): { frames: unknown[]; broken: string[] } {
  const frames: unknown[] = [];
  const broken: string[] = [];
  const take = readFrames(
    frameBytesMax,
    (frame) => frames.push(frame),
    (why) => broken.push(why),
  );
  for (const chunk of chunks) take(chunk);
  return { frames, broken };
}

/** A host process that is sent these bytes must end by itself. */
async function hostEnds(room: Room, bytes: Buffer): Promise<string | null> {
  const files = findEngineFiles(room.engine);
  const host = spawn(process.execPath, [...permissions(files), probeFile, room.engine, files.wasm], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  host.stdin.on('error', () => undefined);
  host.stdin.write(bytes);
  const [code] = (await once(host, 'exit')) as [number | null];
  return code === 2 ? null : `the host went on until ${code}`;
}

/** Lies about the frames that the worker and the host speak in. */
export const frameScenarios: Scenario[] = [
  {
    name: 'frame-length-lie',
    async attempt(room): Promise<Verdict> {
      for (const length of [0xffffffff, -1, frameBytesMax + 1, 0x80000000]) {
        const { frames, broken } = read([head(length), Buffer.alloc(1000, 'x'), writeFrame({ type: 'ready' })]);
        if (frames.length > 0 || broken.length !== 1)
          return { status: 'read', wrong: `a length of ${length} was believed` };
      }
      const wrong = await hostEnds(room, Buffer.concat([head(0xffffffff), Buffer.from('{"type":"run"}')]));
      return { status: 'refused', wrong };
    },
  },
  {
    name: 'frame-not-json',
    async attempt(room) {
      const { frames, broken } = read([head(5), Buffer.from('{"a":')]);
      const wrong =
        frames.length === 0 && broken.length === 1
          ? await hostEnds(room, Buffer.concat([head(5), Buffer.from('{"a":')]))
          : 'was read';
      return { status: 'refused', wrong };
    },
  },
  {
    // A host that stands still altogether is ended by its guard: worker/sandbox/limits.test.ts, hostGraceMs.
    name: 'frame-slowloris',
    async attempt() {
      const whole = writeFrame({ type: 'log', text: 'é'.repeat(500) });
      const { frames, broken } = read([...whole].map((byte) => Buffer.from([byte])));
      const partial = read([head(1000), Buffer.from('half of it')]);
      const wrong =
        frames.length === 1 && broken.length === 0 && partial.frames.length + partial.broken.length === 0
          ? null
          : 'was read wrongly';
      return { status: 'waits', wrong };
    },
  },
  {
    name: 'frame-foreign-ids',
    async attempt(room) {
      const odd = ['__proto__', 'constructor', 'attack-1', '', 'x'.repeat(10_000), '\0'];
      const outcomes = await Promise.all(odd.map((id) => room.run(moduleOf('api.log(1); return 1;'), { id })));
      const bad = outcomes.find(({ output, logs }) => output !== '1' || logs.length !== 1);
      return { status: 'OK', wrong: bad === undefined ? null : `a run of an odd id ended ${bad.status}` };
    },
  },
];
