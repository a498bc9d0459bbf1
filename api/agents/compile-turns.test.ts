import { describe, expect, it } from 'vitest';
import { compileAgent } from './compile-agent.ts';
import { openTurns } from './compile-turns.ts';
import { agentLimits } from './limits.ts';

const bomb = 'a:'.repeat(250_000);
const honest = 'export default () => 1';

describe('the compiler', () => {
  it('serves a second account before the bombs of the first', async () => {
    const order: string[] = [];
    const send = (accountId: string, source: string) =>
      compileAgent(accountId, source, 'js').then(
        () => order.push(`${accountId} compiled`),
        (error: Error) =>
          order.push(`${accountId} ${error.message.includes('too deeply') ? 'stopped' : error.message}`),
      );
    const bombs = Array.from({ length: 10 }, () => send('Ada', bomb));
    await send('Bob', honest);
    expect(order).toEqual(['Ada stopped', 'Bob compiled']);
    await Promise.all(bombs);
    expect(order.slice(2)).toEqual(Array(9).fill('Ada stopped'));
  }, 90_000);

  it('lets one account and all accounts have so many uploads waiting, and refuses the next in a sentence', async () => {
    const turns = openTurns(agentLimits);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const done: string[] = [];
    const send = (accountId: string) => turns(accountId, () => held).then(() => done.push(accountId));
    const ofAda = [send('Ada'), ...Array.from({ length: agentLimits.waitingMax }, () => send('Ada'))];
    await expect(send('Ada')).rejects.toMatchObject({
      code: 'rate_limited',
      message: '10 of your uploads wait to be compiled. Wait for one of them, then send this again.',
    });
    const ofOthers = Array.from({ length: agentLimits.waitingOfAllMax - agentLimits.waitingMax }, (_, n) =>
      send(`other ${n}`),
    );
    await expect(send('Bob')).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'Too many uploads wait to be compiled at present. Try again in a minute.',
    });
    release();
    await Promise.all([...ofAda, ...ofOthers]);
    expect(await send('Bob')).toBe(done.length);
  });
});

describe('turns', () => {
  it('go round: whoever has had one waits for everybody else, those included who came meanwhile', async () => {
    const turns = openTurns({ waitingMax: 10, waitingOfAllMax: 10 });
    const order: string[] = [];
    const late: Promise<unknown>[] = [];
    const send = (name: string, meanwhile?: () => void) =>
      turns(name.slice(0, 1), async () => {
        await Promise.resolve();
        meanwhile?.();
        order.push(name);
      });
    await Promise.all([send('a1', () => late.push(send('c1'))), send('a2'), send('a3'), send('b1'), send('b2')]);
    await Promise.all(late);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('go on after work that fails', async () => {
    const turns = openTurns({ waitingMax: 10, waitingOfAllMax: 10 });
    const failed = turns('a', () => Promise.reject(new Error('no')));
    expect(await turns('a', async () => 'done')).toBe('done');
    await expect(failed).rejects.toThrow('no');
  });
});
