import type { Subject, World } from './money-model-fixture.ts';
import { steps } from './money-steps-fixture.ts';

/**
 * How far a bounty has come before the steps of a run begin. What takes several steps in one order is a beginning, because chance seldom
 * gets there within a run.
 */
export const beginnings: ((world: World, bounty: Subject) => Promise<void>)[] = [
  /** 0: a draft. */
  async () => undefined,
  /** 1: paid for, and nobody has heard of it. */
  steps.pay,
  /** 2: paid for twice, and nobody has heard of it. */
  steps.payTwice,
  /** 3: open. */
  open,
  /** 4: awarded, to one or to both. */
  award,
  /** 5: paid from a wallet that has more. */
  async (world, bounty) => {
    await steps.fillWallet(world, bounty);
    await steps.quietDay(world);
    await steps.payFromWallet(world, bounty);
  },
  /** 6: insured, and ended without a winner after its deadline. */
  async (world, bounty) => {
    await steps.payInsured(world, bounty);
    await steps.quietDay(world);
    await steps.runOut(world, bounty);
    await steps.cancel(world, bounty);
  },
  /** 7: open, with a boost that is disputed at the bank. */
  async (world, bounty) => {
    await open(world, bounty);
    await steps.boost(world, bounty, 1);
    await steps.quietDay(world);
    await steps.openDispute(world, bounty, 1);
    await steps.quietDay(world);
  },
  /** 8: awarded, and its payment lost at the bank before every winner could be paid. */
  async (world, bounty) => {
    await award(world, bounty);
    await steps.openDispute(world, bounty, 1);
    await steps.quietDay(world);
    await steps.closeDispute(world, bounty, 0);
    await steps.quietDay(world);
  },
];

async function open(world: World, bounty: Subject): Promise<void> {
  await steps.pay(world, bounty);
  await steps.quietDay(world);
}

async function award(world: World, bounty: Subject): Promise<void> {
  await open(world, bounty);
  for (const n of [0, 1]) await steps.award(world, bounty, n);
}
