import { chargeRoutes } from './checkout/charge-routes.ts';
import { invoiceRoutes } from './billing/invoice-routes.ts';
import { priceRoutes } from './billing/price-routes.ts';
import { subscriptionRoutes } from './billing/subscription-routes.ts';
import { sessionRoutes } from './checkout/session-routes.ts';
import { accountRoutes } from './connect/account-routes.ts';
import { payoutRoutes } from './connect/payout-routes.ts';
import { transferRoutes } from './connect/transfer-routes.ts';
import { customerRoutes } from './customers/customer-routes.ts';
import { paymentMethodRoutes } from './customers/payment-method-routes.ts';
import { disputeRoutes } from './disputes/dispute-routes.ts';
import { eventRoutes } from './events/event-routes.ts';
import { balanceRoutes } from './money/balance-routes.ts';
import { refundRoutes } from './refunds/refund-routes.ts';
import type { Route } from './wire/route.ts';

/** Every endpoint of Stripe's API that the stand-in has. */
export const apiRoutes: readonly Route[] = [
  ...priceRoutes,
  ...subscriptionRoutes,
  ...invoiceRoutes,
  ...customerRoutes,
  ...paymentMethodRoutes,
  ...sessionRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...transferRoutes,
  ...payoutRoutes,
  ...disputeRoutes,
  ...balanceRoutes,
  ...eventRoutes,
  ...accountRoutes,
];
