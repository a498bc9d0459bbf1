import type Stripe from 'stripe';
import { nowText, type Context } from '../context.ts';
import { emitThinEvent } from '../events/emit-event.ts';
import { newId } from '../world.ts';
import type { AccountParams } from './account-params.ts';
import { capabilityIn, capabilityOf, requirementsIn, type RecipientState } from './recipient.ts';

type Account = Stripe.V2.Core.Account;

/** Makes a payee's account; it cannot receive money until its onboarding is completed. */
export function createAccount(context: Context, params: AccountParams): Account {
  const asked = params.configuration.recipient.capabilities.stripe_balance.stripe_transfers.requested;
  const id = newId('acct_');
  const created = nowText(context);
  const account: Account = {
    id,
    object: 'v2.core.account',
    applied_configurations: ['recipient'],
    closed: false,
    configuration: {
      recipient: {
        applied: true,
        capabilities: asked ? { stripe_balance: { stripe_transfers: capabilityIn('restricted') } } : {},
      },
    },
    contact_email: params.contact_email,
    created,
    dashboard: params.dashboard ?? 'none',
    defaults: {
      ...(params.defaults?.currency && { currency: params.defaults.currency }),
      locales: params.defaults?.locales ?? [],
      responsibilities: {
        fees_collector: params.defaults?.responsibilities?.fees_collector ?? 'application',
        losses_collector: params.defaults?.responsibilities?.losses_collector ?? 'application',
        requirements_collector: 'stripe',
      },
    },
    ...(params.display_name && { display_name: params.display_name }),
    identity: identityOf(id, created, params),
    livemode: false,
    metadata: params.metadata,
    requirements: requirementsIn('restricted'),
  };
  context.world.accounts.set(account.id, account);
  emitAccount(context, account, 'v2.core.account.created', null);
  return account;
}

/** Moves a payee's account to a state and tells it the way Accounts v2 does: thin events, whose object must be fetched. */
export function setRecipientState(context: Context, account: Account, state: RecipientState): void {
  const balance = account.configuration?.recipient?.capabilities?.stripe_balance;
  if (!balance || !capabilityOf(account) || capabilityOf(account)?.status === state) return;
  balance.stripe_transfers = capabilityIn(state);
  account.requirements = requirementsIn(state);
  emitAccount(context, account, 'v2.core.account[requirements].updated', null);
  emitAccount(context, account, 'v2.core.account[configuration.recipient].capability_status_updated', {
    updated_capability: 'stripe_balance.stripe_transfers',
  });
}

/** Sends one thin event about an account. */
export function emitAccount(context: Context, account: Account, type: string, data: object | null): void {
  const related = { id: account.id, type: 'v2.core.account', url: `/v2/core/accounts/${account.id}` };
  emitThinEvent(context, type, related, data);
}

/** The account as API v2 answers it: parts that were not asked for with `include` are null. */
export function presentAccount(account: Account, include: readonly string[] = []): object {
  const part = <T>(name: string, value: T) => (include.includes(name) ? (value ?? null) : null);
  const recipient = part('configuration.recipient', account.configuration?.recipient);
  const asked = include.some((name) => name.startsWith('configuration.'));
  return {
    ...account,
    configuration: asked ? { customer: null, merchant: null, recipient } : null,
    contact_phone: null,
    defaults: part('defaults', account.defaults),
    display_name: account.display_name ?? null,
    future_requirements: part('future_requirements', { entries: [] }),
    identity: part('identity', account.identity),
    requirements: part('requirements', account.requirements),
  };
}

function identityOf(accountId: string, created: string, { identity }: AccountParams): NonNullable<Account['identity']> {
  const person = identity?.individual;
  return {
    ...(identity?.country && { country: identity.country.toLowerCase() }),
    ...(identity?.entity_type && { entity_type: identity.entity_type }),
    ...(person && {
      individual: {
        id: newId('person_test_'),
        object: 'v2.core.account_person',
        account: accountId,
        created,
        updated: created,
        ...(person.given_name && { given_name: person.given_name }),
        ...(person.surname && { surname: person.surname }),
        ...(person.email && { email: person.email }),
      },
    }),
  };
}
