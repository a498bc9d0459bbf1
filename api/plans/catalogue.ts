/** What there is to have, from least to most. */
export const planNames = ['free', 'pro', 'enterprise'] as const;
export type PlanName = (typeof planNames)[number];

export const addonNames = ['priority_executions', 'custom_integrations'] as const;
export type AddonName = (typeof addonNames)[number];

/** What is sold by card: a plan, and what can be added to it. */
export type Sold = 'pro' | AddonName;

/** Subscriptions are charged in this currency, whatever the currency of a workspace's rewards. */
export const billingCurrency = 'USD';

/** A month of each thing that is sold, in minor units of the billing currency. */
export const monthlyMinor: Record<Sold, bigint> = {
  pro: 4_900n,
  priority_executions: 2_900n,
  custom_integrations: 1_900n,
};

/**
 * Free posts and funds rewards under these amounts, in minor units of each currency a reward can have: 100.00 USD or about as much. The
 * table is a rule and not a rate: it changes with a release, never with the market, so that everybody can know it before they post.
 */
export const freeUnderMinor: Record<string, bigint> = {
  USD: 10_000n,
  EUR: 9_000n,
  GBP: 8_000n,
  CHF: 9_000n,
  CAD: 13_500n,
  AUD: 15_000n,
  SEK: 100_000n,
  NOK: 100_000n,
  DKK: 70_000n,
  PLN: 40_000n,
  JPY: 15_000n,
  KRW: 140_000n,
  KWD: 30_000n,
};

type Described = { name: string; sentence: string; has: string[] };

/** The plans in words; what they cost and allow is above. */
export const planWords: Record<PlanName, Described> = {
  free: {
    name: 'Free',
    sentence: 'For a first bounty.',
    has: ['Rewards under 100.00 USD or its equivalent', 'Any number of bounties and agents', 'The whole sandbox'],
  },
  pro: {
    name: 'Pro',
    sentence: 'For teams that post for real.',
    has: ['Rewards of any size', 'Everything in Free', 'Add-ons, each by the month'],
  },
  enterprise: {
    name: 'Enterprise',
    sentence: 'By agreement, with a service level.',
    has: [
      'Everything in Pro',
      'Priority executions and custom integrations',
      '99.9% a month, and answers within 4 hours',
    ],
  },
};

export const addonWords: Record<AddonName, { name: string; sentence: string }> = {
  priority_executions: {
    name: 'Priority executions',
    sentence: 'Runs for your bounties, and your members’ own tests, go before others that wait.',
  },
  custom_integrations: {
    name: 'Custom integrations',
    sentence: 'Your members connect services of their own for their agents to use.',
  },
};

/** The smallest plan that allows a reward. A currency that is not in the table is not on Free. */
export function planFor(reward: { rewardMinor: bigint; currency: string }): PlanName {
  const under = Object.hasOwn(freeUnderMinor, reward.currency) ? freeUnderMinor[reward.currency] : undefined;
  return under !== undefined && reward.rewardMinor < under ? 'free' : 'pro';
}

/** Whether a plan has all that another has. */
export function covers(plan: PlanName, needed: PlanName): boolean {
  return planNames.indexOf(plan) >= planNames.indexOf(needed);
}

/** What Pro with these add-ons costs a month, in minor units. */
export function monthlyOf(addons: readonly AddonName[]): bigint {
  return addons.reduce((sum, addon) => sum + monthlyMinor[addon], monthlyMinor.pro);
}
