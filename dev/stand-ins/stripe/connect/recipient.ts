import type Stripe from 'stripe';

type Account = Stripe.V2.Core.Account;

type Capability = Stripe.V2.Core.Account.Configuration.Recipient.Capabilities.StripeBalance.StripeTransfers;

/** Where a payee stands with `stripe_balance.stripe_transfers`, the capability that receiving transfers needs. */
export type RecipientState = 'active' | 'pending' | 'restricted' | 'rejected' | 'unsupported';

/** The capability to receive transfers, when it was asked for. */
export function capabilityOf(account: Account): Capability | undefined {
  return account.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers;
}

/** The capability as it reads in a state: anything but active says why and what helps. */
export function capabilityIn(state: RecipientState): Capability {
  return { status: state, status_details: details[state] };
}

/** The requirements that are open while onboarding is not completed; none when it is. */
export function requirementsIn(state: RecipientState): NonNullable<Account['requirements']> {
  if (state !== 'restricted') return { entries: [] };
  return {
    entries: openFields.map((description) => ({
      awaiting_action_from: 'user',
      description,
      errors: [],
      impact: {
        restricts_capabilities: [
          {
            capability: 'stripe_balance.stripe_transfers',
            configuration: 'recipient',
            deadline: { status: 'currently_due' },
          },
        ],
      },
      minimum_deadline: { status: 'currently_due' },
      requested_reasons: [{ code: 'routine_onboarding' }],
    })),
    summary: { minimum_deadline: { status: 'currently_due' } },
  };
}

/** Countries in which this stand-in lets a payee be paid: Stripe's list of countries for Connect payouts, as known here. */
export const payeeCountries: readonly string[] =
  'AE AT AU BE BG BR CA CH CY CZ DE DK EE ES FI FR GB GI GR HK HR HU IE IN IT JP LI LT LU LV MT MX MY NL NO NZ PL PT RO SE SG SI SK TH US'.split(
    ' ',
  );

const openFields = [
  'identity.individual.given_name',
  'identity.individual.surname',
  'identity.country',
  'configuration.recipient.default_outbound_destination',
];

const details: Record<RecipientState, Capability['status_details']> = {
  active: [],
  pending: [{ code: 'determining_status', resolution: 'no_resolution' }],
  restricted: [{ code: 'requirements_past_due', resolution: 'provide_info' }],
  rejected: [{ code: 'rejected_other', resolution: 'contact_stripe' }],
  unsupported: [{ code: 'unsupported_country', resolution: 'no_resolution' }],
};
