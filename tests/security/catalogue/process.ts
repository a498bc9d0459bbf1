import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile, chmod } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEngineFiles } from '../../../worker/sandbox/engine-files.ts';
import type { EngineName } from '../../../worker/sandbox/engines.ts';
import { permissions, probeFile } from '../../../worker/sandbox/host-process.ts';
import { findWalls, type Walls } from '../../../worker/sandbox/walls.ts';
import { moduleOf, type Room, type Scenario, type Verdict } from './case.ts';

const script = join(import.meta.dirname, '../probe.ts');

type Report = {
  tried: Record<string, string>;
  environment: string[];
  uid: number | null;
  connections: number;
  files: string[];
};

const reports = new Map<string, Promise<Report>>();

/** The probe's report, asked for once. */
function probe(engine: EngineName, walls: Walls, withPermissions: boolean): Promise<Report> {
  const key = `${engine} ${withPermissions}`;
  const known = reports.get(key) ?? runProbe(engine, walls, withPermissions);
  reports.set(key, known);
  return known;
}

/** Runs the probe inside the walls, with Node's permissions as the host has them or, as if native code had got out of them, without. */
async function runProbe(engine: EngineName, walls: Walls, withPermissions: boolean): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'quarry-probe-'));
  await chmod(folder, 0o777);
  await writeFile(join(folder, 'kept-from-probe'), 'kept');
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const flags = withPermissions ? [...permissions(findEngineFiles(engine)), `--allow-fs-read=${script}`] : [];
    const { port } = server.address() as AddressInfo;
    const program = [...walls.prefix, process.execPath, ...flags, script, String(port), folder, String(process.pid)];
    const said = await output(program);
    return {
      ...(JSON.parse(said) as Omit<Report, 'connections' | 'files'>),
      connections,
      files: await readdir(folder),
    };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function output([program = '', ...args]: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env: { TZ: 'UTC' }, timeout: 30_000, killSignal: 'SIGKILL' }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`The probe failed: ${stderr.slice(-500)}`)),
    );
  });
}

/** A case of the process: what must have been refused, by Node's permissions always, and by the system where that wall stands. */
function refused(name: string, whats: string[], wallOf: string | null): Scenario {
  return {
    name,
    async attempt({ engine }) {
      const walls = await findWalls(process.execPath, probeFile);
      const inside = await probe(engine, walls, true);
      const wrong = whats.find((what) => inside.tried[what] === 'done');
      if (wrong !== undefined) return { status: 'done', wrong: `could ${wrong}` };
      const codes = [...new Set(whats.map((what) => inside.tried[what]))].join('/');
      if (wallOf === null || !walls.names.includes(wallOf))
        return { status: `${codes} by Node${wallOf === null ? '' : `; no wall "${wallOf}" here`}`, wrong: null };
      const native = await probe(engine, walls, false);
      const through = whats.find((what) => native.tried[what] === 'done');
      if (through !== undefined) return { status: 'done', wrong: `native code could ${through} through "${wallOf}"` };
      return {
        status: `${codes} by Node, ${[...new Set(whats.map((what) => native.tried[what]))].join('/')} by the system`,
        wrong: null,
      };
    },
  };
}

/** What a stranger finds who got out of the engine into the host process; each is tried inside the very walls of the host. */
export const processScenarios: Scenario[] = [
  refused('fork-bomb-after-escape', ['start a program', 'start many programs'], null),
  refused('fs-after-escape', ['read /etc/passwd', 'list the folder of the project', 'delete a file'], null),
  refused('fs-write-after-escape', ['write a file'], 'limits'),
  refused(
    'fs-proc-after-escape',
    ['read the environment of the parent', 'read memory of the parent', 'read the environment of process 1'],
    'own processes',
  ),
  refused('net-after-escape', ['connect to the loopback', 'connect outwards'], 'own network'),
  refused('net-listen-after-escape', ['listen'], null),
  refused('native-code-after-escape', ['load native code'], null),
  refused('root-after-escape', ['become root'], 'no capabilities'),
  {
    name: 'net-nothing-arrived',
    async attempt({ engine }) {
      const walls = await findWalls(process.execPath, probeFile);
      const { connections, files } = await probe(engine, walls, true);
      const wrong =
        connections > 0
          ? `${connections} connections arrived`
          : files.join() === 'kept-from-probe'
            ? null
            : `the folder holds ${files.join()}`;
      return { status: 'nothing reached', wrong };
    },
  },
  {
    name: 'env-after-escape',
    async attempt({ engine }) {
      const walls = await findWalls(process.execPath, probeFile);
      const { environment } = await probe(engine, walls, true);
      return { status: 'empty', wrong: environment.length === 0 ? null : `has ${environment.join()}` };
    },
  },
  {
    name: 'signal-after-escape',
    async attempt({ engine }) {
      const walls = await findWalls(process.execPath, probeFile);
      if (!walls.names.includes('own processes')) return { status: 'no wall "own processes" here', wrong: null };
      const { tried } = await probe(engine, walls, true);
      const wrong = tried['signal the worker'] === 'done' ? 'could signal the process that started it' : null;
      return { status: `parent ${tried['signal the parent']}, worker ${tried['signal the worker']}`, wrong };
    },
  },
  {
    name: 'core-dump',
    async attempt() {
      const walls = await findWalls(process.execPath, probeFile);
      if (!walls.names.includes('limits')) return { status: 'no wall "limits" here', wrong: null };
      const [limits, dump] = [
        await output([...walls.prefix, 'cat', '/proc/self/limits']),
        /Max core file size\s+(\S+)\s+(\S+)/,
      ];
      const [, soft, hard] = dump.exec(limits) ?? [];
      return {
        status: `core ${soft}`,
        wrong: soft === '0' && hard === '0' ? null : `a core of ${soft} could be written`,
      };
    },
  },
  { name: 'kill-runner-mid-run', attempt: (room) => killHost(room) },
];

/** The host dies in the middle of runs: they are HOST_FAULT, which is run again, and the next run has a new host. */
async function killHost(room: Room): Promise<Verdict> {
  const { hostPid, hostStarts } = room.sandbox.stats();
  const kill = () => void process.kill(hostPid ?? 0, 'SIGKILL');
  const runs = [
    room.run(moduleOf("api.log('begun'); for (;;);"), {}, { onLog: kill }),
    room.run(moduleOf('for (;;);')),
  ];
  const statuses = (await Promise.all(runs)).map(({ status }) => status).join(', ');
  const again = await room.run(moduleOf('return 1;'));
  const isContained =
    statuses === 'HOST_FAULT, HOST_FAULT' && again.output === '1' && room.sandbox.stats().hostStarts === hostStarts + 1;
  return { status: statuses, wrong: isContained ? null : `after it: ${again.status}` };
}
