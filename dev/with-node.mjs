// Runs a program of this project on the Node version the project pins, installing the dependencies first when they are
// missing or out of date. Plain JavaScript, because the Node that starts it may be as old as 20.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const installedLock = join(root, 'node_modules', '.package-lock.json');

if (!isInstalled()) install();
if (!existsSync(pinnedNode)) install();

const [program, ...args] = process.argv.slice(2);
if (program === undefined) fail('Say which program to run: node dev/with-node.mjs <program> [arguments].');
const path = [join(root, 'node_modules', '.bin'), dirname(pinnedNode), process.env.PATH].join(
  process.platform === 'win32' ? ';' : ':',
);
const child = spawn(pinnedNode, [program, ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
// The terminal sends Ctrl-C to the whole group; the child stops cleanly and this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
// npm that is asked to end ends the shell between, which passes nothing on: a script of npm's whose shell is gone stops too.
const starter = process.ppid;
if (process.env.npm_lifecycle_event !== undefined)
  setInterval(() => process.ppid !== starter && child.kill('SIGTERM'), 500).unref();
child.on('error', (error) => fail(`Could not start Node: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

function isInstalled() {
  if (!existsSync(pinnedNode) || !existsSync(installedLock)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
  const declared = { ...wanted['']?.dependencies, ...wanted['']?.devDependencies };
  return Object.keys(declared).every(
    (name) => present[`node_modules/${name}`]?.version === wanted[`node_modules/${name}`]?.version,
  );
}

function install() {
  console.log('Installing dependencies (about a minute, the first time only) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0)
    fail(
      'The dependencies could not be installed. Check the network and the free disk space, then run the command again.',
    );
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
