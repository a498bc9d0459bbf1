import type { Context } from '../context.ts';
import { completeSubscription } from '../billing/make-subscription.ts';
import type { CardNumber } from '../customers/cards.ts';
import { refused } from '../wire/api-error.ts';
import type { Session } from '../world.ts';
import { expireSession } from './expire-sessions.ts';
import { declinePayment, paySession } from './pay-session.ts';
import { completeSetup, declineSetup } from './setup-session.ts';

/** What a person does on a session's page: pays, lets a card be kept, has it declined, or leaves. */
export type Outcome = 'paid' | 'saved' | 'failed' | 'abandoned';

/** Does it; a second click on the same changes nothing. Throws for what the page does not offer. */
export function takeOutcome(context: Context, session: Session, outcome: Outcome, card: CardNumber = '4242'): void {
  if (outcome === 'abandoned') {
    if (session.status === 'expired') return;
  } else if (outcome !== 'failed' && session.status === 'complete') return;
  if (session.status !== 'open') throw refused(`This checkout session is ${session.status}; nothing was done.`);
  const keepsCard = session.mode === 'setup';
  if (outcome === (keepsCard ? 'paid' : 'saved'))
    throw refused(`The page of a session in mode ${session.mode} cannot be ${outcome}.`, { param: 'outcome' });
  if (outcome === 'abandoned') expireSession(context, session);
  else if (outcome === 'paid' && session.mode === 'subscription') completeSubscription(context, session, card);
  else if (outcome === 'paid') paySession(context, session);
  else if (outcome === 'saved') completeSetup(context, session, card);
  else if (keepsCard) declineSetup(context, session);
  else declinePayment(context, session);
}
