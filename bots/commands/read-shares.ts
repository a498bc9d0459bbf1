import { OptionProblem } from './command.ts';

/** An agent by its code, and what part of the reward it gets; without a part all get the same, or the prizes that were announced. */
export type AgentShare = { agent: string; share?: number };

const example = 'A-4QX=60 A-7YZ=40';

/** Reads `A-4QX=60 A-7YZ=40`, `A-4QX: 2, A-7YZ: 1`, or agents alone. Refuses whatever it does not fully understand. */
export function readShares(typed: string): AgentShare[] {
  const text = typed.normalize('NFKC').replaceAll(/\s*[=:]\s*/g, '=');
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  return words.map((word) => {
    const match = /^#?A-?([2-9A-HJ-NP-TV-Z]{3,10})(?:=(\d+(?:\.\d+)?)%?)?$/i.exec(word);
    if (match === null || match[1] === undefined)
      throw new OptionProblem(`"${word.slice(0, 40)}" is not an agent with its share. Write them like ${example}.`);
    const agent = `A-${match[1].toUpperCase()}`;
    return match[2] === undefined ? { agent } : { agent, share: Number(match[2]) };
  });
}
