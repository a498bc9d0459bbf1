import { route, type Route } from '../platform/http/route.ts';
import { platformStats } from './contract.ts';
import { findPlatformStats } from './find-platform-stats.ts';
import { presentStats } from './present-stats.ts';

export const statsRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/stats',
    summary: 'What the whole platform has done: bounties, agents, runs, and money held, paid and refunded.',
    who: 'anyone',
    limit: 'read',
    answers: { 200: platformStats },
    handle: async ({ context }) => ({
      status: 200,
      body: presentStats(await findPlatformStats(context)),
      headers: { 'Cache-Control': 'public, max-age=10' },
    }),
  }),
];
