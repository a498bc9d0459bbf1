import type { Route } from '../wire/route.ts';
import { applicationRoutes } from './application.ts';
import { channelRoutes } from './channels.ts';
import { commandRoutes } from './commands.ts';
import { interactionCallback } from './interaction-callback.ts';
import { messageRoutes } from './messages.ts';
import { threadRoutes } from './threads.ts';
import { webhookMessageRoutes } from './webhook-messages.ts';

/** Everything the stand-in serves below /api/v10. Fixed paths stand before those with parameters in the same place. */
export const routes: readonly Route[] = [
  ...applicationRoutes,
  ...commandRoutes,
  interactionCallback,
  ...webhookMessageRoutes,
  ...channelRoutes,
  ...messageRoutes,
  ...threadRoutes,
];
