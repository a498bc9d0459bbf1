import type { z } from 'zod';
import type { claimAnswer, coverWire, poolStatement } from './contract.ts';
import { outcomes, type Cover } from './cover.ts';
import type { PoolStatement } from './find-pool-statement.ts';

export function presentClaim(cover: Cover, state: 'payable' | 'paid'): z.output<typeof claimAnswer> {
  return { state, coverMinor: Number(cover.cover_minor), currency: cover.currency };
}

export function presentCover(cover: Cover): z.output<typeof coverWire> {
  return {
    state: cover.state,
    premiumMinor: Number(cover.premium_minor),
    coverMinor: Number(cover.cover_minor),
    currency: cover.currency,
    outcome: cover.outcome === null ? null : outcomes[cover.outcome],
    openedAt: cover.opened_at?.toISOString() ?? null,
    decidedAt: cover.decided_at?.toISOString() ?? null,
  };
}

export function presentPoolStatement({ pools, months }: PoolStatement): z.output<typeof poolStatement> {
  return {
    pools: pools.map(({ currency, balanceMinor, capitalMinor, comingMinor, standingMinor, standing }) => ({
      currency,
      balanceMinor: Number(balanceMinor),
      capitalMinor: Number(capitalMinor),
      comingMinor: Number(comingMinor),
      standingMinor: Number(standingMinor),
      standing: Number(standing),
      solvencyRatio:
        standingMinor === 0n ? null : Number(balanceMinor + capitalMinor + comingMinor) / Number(standingMinor),
    })),
    months: months.map((month) => ({
      month: month.month,
      currency: month.currency,
      premiumsMinor: Number(month.premiumsMinor),
      premiumsBackMinor: Number(month.premiumsBackMinor),
      capitalMinor: Number(month.capitalMinor),
      paidMinor: Number(month.paidMinor),
      claims: Number(month.claims),
      balanceMinor: Number(month.balanceMinor),
    })),
  };
}
