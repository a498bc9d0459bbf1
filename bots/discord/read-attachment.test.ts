import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAttachment } from './read-attachment.ts';

const files: Record<string, string> = {
  '/steps.json': '{"schema": "quarry.agent/v1", "output": 1}',
  '/broken.json': '{"schema": ',
  '/guard.ts': 'export default () => 1',
};
const server = createServer((request, response) => response.end(files[request.url ?? '']));
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const read = (name: string, path = `/${name}`) =>
  readAttachment({ name, size: 100, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}` });

it('takes steps as .json and code as .ts, and names the agent after the file, as long as names may be', async () => {
  expect(await read('steps.json')).toEqual({ text: files['/steps.json'], name: 'steps', language: null });
  expect(await read('guard.ts')).toMatchObject({ name: 'guard', language: 'ts' });
  expect((await read(`${'x'.repeat(80)}.ts`, '/guard.ts')).name).toHaveLength(60);
});

it('says what to attach instead of anything else', async () => {
  await expect(read('guard.py')).rejects.toThrow('guard.py is not a .js or .ts file, nor .json with steps.');
  await expect(read('broken.json')).rejects.toThrow(/^broken\.json is not JSON \(.+\)\. Correct it/);
});
