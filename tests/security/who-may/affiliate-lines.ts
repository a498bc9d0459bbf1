import { anyone, everyone, type Line } from './line.ts';
import type { World } from './world.ts';

async function codeOf(w: World): Promise<string> {
  return (await w.made('competitor', '/api/affiliates/codes')).code;
}

/** Who may invite and be invited, by route. */
export const affiliateLines: Record<string, Line> = {
  'POST /api/affiliates/codes': everyone(200),
  // Their accounts were there before the code; who may accept is in api/affiliates/invitations.test.ts.
  'POST /api/affiliates/invitations': everyone(409, async (w) => ({ body: { code: await codeOf(w) } })),
  'GET /api/affiliates/me': everyone(200),
  'GET /i/:code': anyone(200, async (w) => ({ params: { code: await codeOf(w) } })),
};
