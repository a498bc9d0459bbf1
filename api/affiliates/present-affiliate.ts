import type { z } from 'zod';
import type { affiliateWire, codeWire } from './contract.ts';
import type { Affiliate } from './find-affiliate.ts';
import { heldDays, shareMonths, sharePercent } from './terms.ts';

export function presentCode(code: string, publicUrl: string): z.output<typeof codeWire> {
  return { code, link: `${publicUrl}/i/${code}` };
}

export function presentAffiliate(affiliate: Affiliate, publicUrl: string): z.output<typeof affiliateWire> {
  const { code, invited, nextPayoutAt, balances, months } = affiliate;
  return {
    code,
    link: code === null ? null : presentCode(code, publicUrl).link,
    invited: Number(invited),
    sharePercent: Number(sharePercent),
    shareMonths,
    heldDays,
    nextPayoutAt: nextPayoutAt.toISOString(),
    balances: balances.map((one) => ({
      currency: one.currency,
      earnedMinor: Number(one.earnedMinor),
      paidMinor: Number(one.paidMinor),
      balanceMinor: Number(one.balanceMinor),
      minimumMinor: Number(one.minimumMinor),
      nextPayoutMinor: Number(one.nextPayoutMinor),
    })),
    months: months.map((one) => ({
      month: one.month,
      currency: one.currency,
      earnedMinor: Number(one.earnedMinor),
      reversedMinor: Number(one.reversedMinor),
      paidMinor: Number(one.paidMinor),
    })),
  };
}
