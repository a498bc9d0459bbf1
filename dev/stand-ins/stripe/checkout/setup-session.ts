import type Stripe from 'stripe';
import { nowSeconds, type Context } from '../context.ts';
import { makeCard, type CardNumber } from '../customers/cards.ts';
import { emitEvent } from '../events/emit-event.ts';
import { refused } from '../wire/api-error.ts';
import { idOf, newId, type Session } from '../world.ts';
import type { SessionParams } from './session-params.ts';

/** Throws what Stripe refuses of a session that only keeps a card. */
export function checkSetupParams(params: SessionParams): void {
  const wrong = params.line_items ? 'line_items' : params.payment_intent_data ? 'payment_intent_data' : null;
  if (wrong !== null) throw refused(`You can not pass \`${wrong}\` in \`setup\` mode.`, { param: wrong });
  if (params.submit_type) throw refused('You can not pass `submit_type` in `setup` mode.', { param: 'submit_type' });
  if (params.currency === undefined && params.allowed_payment_method_types === undefined)
    throw refused('You must provide `currency` in `setup` mode when `allowed_payment_method_types` is not set.', {
      param: 'currency',
      code: 'parameter_missing',
    });
}

/** The SetupIntent of a session, waiting for a card (docs.stripe.com/api/setup_intents). */
export function makeSetupIntent(context: Context, params: SessionParams): Stripe.SetupIntent {
  const intent: Stripe.SetupIntent = {
    ...emptyIntent,
    id: newId('seti_'),
    client_secret: newId('seti_secret_'),
    created: nowSeconds(context),
    customer: params.customer ?? null,
    description: params.setup_intent_data?.description ?? null,
    metadata: params.setup_intent_data?.metadata ?? {},
  };
  context.world.setupIntents.set(intent.id, intent);
  emitEvent(context, 'setup_intent.created', intent);
  return intent;
}

/** A person gave their card on the page: it belongs to the customer from now on. */
export function completeSetup(context: Context, session: Session, last4: CardNumber): void {
  const intent = intentOf(context, session);
  const method = makeCard(context, idOf(session.customer), last4);
  Object.assign(intent, {
    status: 'succeeded',
    payment_method: method.id,
    last_setup_error: null,
  } satisfies Partial<Stripe.SetupIntent>);
  session.status = 'complete';
  session.url = null;
  emitEvent(context, 'payment_method.attached', method);
  emitEvent(context, 'setup_intent.succeeded', intent);
  emitEvent(context, 'checkout.session.completed', session);
}

/** The bank does not let the card be kept; another may be given on the same page. */
export function declineSetup(context: Context, session: Session): void {
  const intent = intentOf(context, session);
  intent.last_setup_error = {
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: 'Your card was declined.',
    type: 'card_error',
  };
  emitEvent(context, 'setup_intent.setup_failed', intent);
}

function intentOf({ world }: Context, session: Session): Stripe.SetupIntent {
  const intent = world.setupIntents.get(idOf(session.setup_intent));
  if (!intent) throw new Error(`Session ${session.id} has no SetupIntent`);
  return intent;
}

const emptyIntent = {
  object: 'setup_intent',
  allowed_payment_method_types: ['card'],
  application: null,
  automatic_payment_methods: null,
  cancellation_reason: null,
  customer_account: null,
  excluded_payment_method_types: null,
  last_setup_error: null,
  latest_attempt: null,
  livemode: false,
  mandate: null,
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  payment_method_options: {},
  payment_method_types: ['card'],
  single_use_mandate: null,
  status: 'requires_payment_method',
  usage: 'off_session',
} satisfies Partial<Stripe.SetupIntent>;
