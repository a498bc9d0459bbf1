import Router from '@koa/router';
import Koa from 'koa';
import { accountRoutes } from './accounts/routes.ts';
import { authenticate } from './accounts/authenticate.ts';
import { affiliateRoutes } from './affiliates/routes.ts';
import { agentRoutes } from './agents/routes.ts';
import { bountyRoutes } from './bounties/routes.ts';
import { chargebackRoutes } from './chargebacks/routes.ts';
import { chatRoutes } from './chat/routes.ts';
import { disputeRoutes } from './disputes/routes.ts';
import { executionRoutes } from './executions/routes.ts';
import { insuranceRoutes } from './insurance/routes.ts';
import { integrationRoutes } from './integrations/routes.ts';
import { leaderboardRoutes } from './leaderboards/routes.ts';
import { paymentRoutes } from './payments/routes.ts';
import { planRoutes } from './plans/routes.ts';
import { reconciliationRoutes } from './reconciliation/routes.ts';
import { recordDenial } from './moderation/record-denial.ts';
import { moderationRoutes } from './moderation/routes.ts';
import { statementRoutes } from './statements/routes.ts';
import { statsRoutes } from './stats/routes.ts';
import { submissionRoutes } from './submissions/routes.ts';
import { toolRoutes } from './tools/routes.ts';
import { approvalRoutes } from './approvals/routes.ts';
import { walletRoutes } from './wallets/routes.ts';
import type { Context } from './platform/context.ts';
import { cors } from './platform/http/cors.ts';
import { docsPages } from './platform/http/docs.ts';
import { edge } from './platform/http/edge.ts';
import { home } from './platform/http/home.ts';
import { health } from './platform/http/health.ts';
import { openRateLimiter } from './platform/http/rate-limits.ts';
import { pricingPage } from './platform/http/pricing-page.ts';
import type { Route } from './platform/http/route.ts';
import { serveRoute, type Door } from './platform/http/serve-route.ts';
import { widgetFiles } from './platform/http/widget-files.ts';

/** Every capability's addresses, in the order they are tried. A new capability is one line here. */
export const routes: Route[] = [
  ...accountRoutes,
  ...bountyRoutes,
  ...paymentRoutes,
  ...walletRoutes,
  ...approvalRoutes,
  ...planRoutes,
  ...reconciliationRoutes,
  ...chargebackRoutes,
  ...disputeRoutes,
  ...insuranceRoutes,
  ...affiliateRoutes,
  ...statementRoutes,
  ...submissionRoutes,
  ...leaderboardRoutes,
  ...agentRoutes,
  ...executionRoutes,
  ...chatRoutes,
  ...statsRoutes,
  ...toolRoutes,
  ...integrationRoutes,
  ...moderationRoutes,
];

/** The HTTP application over a context; it opens nothing and so has nothing to close. */
export function makeApp(context: Context): Koa {
  const app = new Koa();
  const door: Door = {
    context,
    authenticate: (authorization, origin) => authenticate(context, authorization, origin),
    rateLimiter: openRateLimiter(context.config.rateLimitFactor),
    denied: (request) => recordDenial(context, request),
  };
  const router = new Router();
  for (const route of routes) {
    router.register(route.path, [route.method], [(koa) => serveRoute(door, route, koa)]);
  }
  app.use(edge(context.logger));
  app.use(cors());
  app.use(home(context.config.homeUrl ?? '/api/docs'));
  app.use(health(context));
  app.use(docsPages(routes, context.config.publicUrl));
  app.use(pricingPage());
  app.use(widgetFiles());
  app.use(router.routes());
  return app;
}
