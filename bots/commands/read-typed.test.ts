import { describe, expect, it } from 'vitest';
import { help } from '../views/help.ts';
import { readOptions } from './command.ts';
import { commands } from './commands.ts';
import { readCases } from './read-cases.ts';
import { readTyped } from './read-typed.ts';

const read = (line: string) => readTyped('bounty', line, commands);

describe('a typed command', () => {
  it('takes values in order, by name, and quoted', () => {
    expect(read('award b-7k3 A4QX').given).toEqual({ bounty: 'b-7k3', agent: 'A4QX' });
    expect(read('reject B-7K3 agent:A-4QX reason:"copies the samples"').given).toEqual({
      bounty: 'B-7K3',
      agent: 'A-4QX',
      reason: 'copies the samples',
    });
    expect(read('list open spam or ham').given).toEqual({ state: 'open', search: 'spam or ham' });
    expect(read('post title:“Tell spam”').given).toEqual({ title: 'Tell spam' });
    expect(read('post title:"Tell spam" review_days:3').given).toEqual({ title: 'Tell spam', review_days: '3' });
  });

  it('takes JSON as it stands', () => {
    const { command, given } = readTyped('agent', 'test A-4QX {"text": "hello you", "n": [1, 2]}', commands);
    expect(readOptions(command, given)['input']).toEqual({ text: 'hello you', n: [1, 2] });
  });

  it('reads codes however they are typed', () => {
    const { command, given } = read('fund #b7k3');
    expect(readOptions(command, given)['bounty']).toBe('B-7K3');
  });

  it('is help when nothing is said', () => {
    expect(read('').command.name).toBe('bounty help');
  });

  it('is help about its group when nothing else is said, or about one verb of it', () => {
    const of = (line: string) => {
      const { command, given } = readTyped('agent', line, commands);
      return [command.name, given['about']];
    };
    expect(of('')).toEqual(['bounty help', 'agent']);
    expect(of('help test')).toEqual(['bounty help', 'agent test']);
    const view = help(commands, 'agent');
    expect(view.title).toBe('What /agent can do');
    expect(view.code).toContain('/agent fork');
    expect(view.code).not.toContain('/bounty fund');
    expect(help(commands, 'agent test').title).toBe('/agent test');
  });

  it('names the nearest verb for a slip', () => {
    expect(() => read('awrd B-7K3')).toThrow('Did you mean /bounty award?');
    expect(() => read('frobnicate')).toThrow('It knows: post, fund');
  });

  it('says which option is missing or wrong, with an example', () => {
    const fund = read('fund');
    expect(() => readOptions(fund.command, fund.given)).toThrow('Say bounty');
    const odd = read('fund B-1O0');
    expect(() => readOptions(odd.command, odd.given)).toThrow('not a bounty code');
  });

  it('cannot set what only a button sets', () => {
    expect(read('fund B-7K3 confirm:yes').given['confirm']).toBeUndefined();
  });
});

describe('typed cases', () => {
  it('are read a line each; private unless said', () => {
    expect(readCases('public {"t":"a => b"} => "x"\n\n[1,2] => 3')).toEqual([
      { visibility: 'public', input: { t: 'a => b' }, expected: 'x' },
      { visibility: 'private', input: [1, 2], expected: 3 },
    ]);
    expect(readCases('{"input":1,"expected":2}')).toEqual([{ visibility: 'private', input: 1, expected: 2 }]);
  });

  it('are refused with the line that is wrong', () => {
    expect(() => readCases('private 1 => 2\nprivate {x} => 2')).toThrow('Line 2');
    expect(() => readCases('public 1 => 2')).toThrow('private case');
  });
});

describe('every verb', () => {
  it('has a summary and option texts that fit both chats, and required options first', () => {
    for (const { name, summary, options } of commands) {
      expect(summary.length, name).toBeLessThanOrEqual(100);
      for (const [option, { description }] of Object.entries(options)) {
        expect(description.length, `${name} ${option}`).toBeLessThanOrEqual(100);
        expect(option).toMatch(/^[a-z_]+$/);
      }
    }
    const groups = Map.groupBy(commands, ({ name }) => name.split(' ')[0]);
    for (const [, verbs] of groups) expect(verbs.length).toBeLessThanOrEqual(25);
  });

  it('has forms within the limits of both chats', () => {
    for (const { name, form, options } of commands) {
      const view = form?.({ bounty: 'B-7K3', agent: 'A-4QX' }) ?? form?.({});
      if (!view) continue;
      expect(view.title.length, name).toBeLessThanOrEqual(24);
      expect(view.submitLabel.length, name).toBeLessThanOrEqual(24);
      // Discord shows five; more are for Slack alone, and can be typed with the command instead.
      for (const { name: field } of view.fields.slice(5))
        expect(options[field]?.required, `${name} ${field}`).toBe(false);
      for (const field of view.fields) {
        expect(field.label.length, `${name} ${field.name}`).toBeLessThanOrEqual(45);
        expect((field.example ?? '').length, `${name} ${field.name}`).toBeLessThanOrEqual(100);
      }
    }
  });
});
