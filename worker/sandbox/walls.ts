import { spawn } from 'node:child_process';

/** How the host process is started: the program with its arguments before Node's, and what walls that makes. */
export type Walls = { prefix: string[]; names: string[] };

const probeMs = 5_000;
const usualOpenFilesMax = 1_024;
const dropped = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--no-new-privs',
  '--bounding-set=-all',
  '--inh-caps=-all',
];
const spaces = ['unshare', '--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child'];

/** The walls of the system, from the strongest; the first that works here is used. Node's own permission model is always there. */
function candidates(openFilesMax: number): Walls[] {
  const limits = ['prlimit', '--core=0', '--fsize=0', `--nofile=${openFilesMax}`];
  return [
    {
      prefix: [...spaces, '--mount-proc', ...dropped, ...limits],
      names: ['own network', 'own processes', 'nobody’s user', 'no capabilities', 'limits'],
    },
    { prefix: [...spaces, ...limits], names: ['own network', 'own processes', 'limits'] },
    {
      prefix: ['unshare', '--user', ...spaces.slice(1), ...limits],
      names: ['own user space', 'own network', 'own processes', 'limits'],
    },
    { prefix: limits, names: ['limits'] },
    { prefix: [], names: [] },
  ];
}

/** Finds the strongest walls with which `node` can still read `file`, and open so many at once. */
export async function findWalls(node: string, file: string, openFilesMax = usualOpenFilesMax): Promise<Walls> {
  for (const walls of candidates(openFilesMax)) {
    const program = [...walls.prefix, node, '-e', 'require("node:fs").accessSync(process.argv[1])', file];
    if (await succeeds(program)) return walls;
  }
  return { prefix: [], names: [] };
}

function succeeds([program = '', ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', env: {}, timeout: probeMs });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}
