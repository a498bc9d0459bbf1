import { spawnSync } from 'node:child_process';
import dns from 'node:dns/promises';
import fs from 'node:fs';
import net from 'node:net';

// What a stranger who owns the host process would try. Says of each whether it was done, or with which error it was refused.
const [port = '0', writable = '/tmp'] = process.argv.slice(2);
const tried: Record<string, string> = {};

await attempt('read /etc/passwd', () => fs.readFileSync('/etc/passwd'));
await attempt('read the environment of process 1', () => {
  // In a process space of its own, process 1 is this one.
  if (fs.readFileSync('/proc/1/environ', 'utf8').split('\0').join('') === 'TZ=UTC') throw new Error('it is our own');
});
await attempt('read the environment of the parent', () => fs.readFileSync(`/proc/${process.ppid}/environ`));
await attempt('read memory of the parent', () => fs.readFileSync(`/proc/${process.ppid}/maps`));
await attempt('list the folder of the project', () => fs.readdirSync('../..'));
await attempt('write a file', () => fs.writeFileSync(`${writable}/written-by-probe`, 'x'.repeat(1000)));
await attempt('delete a file', () => fs.rmSync(`${writable}/kept-from-probe`));
await attempt('start a program', () => {
  const { error, status } = spawnSync('/bin/true', { timeout: 5_000 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`it ended ${status}`);
});
await attempt('start many programs', () => {
  for (let i = 0; i < 20; i += 1) {
    const { error } = spawnSync('/bin/true', { timeout: 5_000 });
    if (error !== undefined) throw error;
  }
});
await attempt('connect to the loopback', () => connect('127.0.0.1', Number(port)));
await attempt('connect outwards', () => connect('192.0.2.1', 443));
await attempt('look a name up', () => dns.lookup('localhost'));
await attempt('listen', () => listen());
await attempt('signal the parent', () => process.kill(process.ppid, 0));
await attempt('signal the worker', () => process.kill(Number(process.argv[4] ?? 0) || 1, 0));
await attempt('load native code', () => process.dlopen({ exports: {} }, '/lib/none.node'));
await attempt('become root', () => process.setuid?.(0));

const environment = Object.keys(process.env).filter((name) => name !== 'TZ');
process.stdout.write(JSON.stringify({ tried, environment, uid: process.getuid?.() ?? null }));

async function attempt(what: string, act: () => unknown): Promise<void> {
  try {
    // Some refusals are thrown later, at nobody.
    const thrown = new Promise((_, reject) => process.once('uncaughtException', reject));
    await Promise.race([act(), thrown]);
    tried[what] = 'done';
  } catch (error) {
    tried[what] = (error as NodeJS.ErrnoException).code ?? String(error).slice(0, 100);
  } finally {
    process.removeAllListeners('uncaughtException');
  }
}

function connect(host: string, to: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port: to, timeout: 500 }, () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
    socket.on('timeout', () => {
      socket.destroy();
      reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    });
  });
}

function listen(): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => server.close(() => resolve()));
    server.on('error', reject);
  });
}
