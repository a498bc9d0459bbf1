import { forgetAwardPreviews } from '../../api/bounties/award-previews.ts';
import { forgetNotices } from '../../api/chat/forget-notices.ts';
import { forgetTokens } from '../../api/integrations/forget-tokens.ts';
import { forgetAnswers } from '../../api/platform/http/forget-answers.ts';
import { forgetEvents } from '../../api/platform/realtime/forget-events.ts';
import type { Job } from '../job.ts';

/** Every ten minutes: rows that have had their day (api/platform/lives.ts) are deleted, a bounded number of each kind. */
export const forgetOldJob: Job = {
  name: 'forget-old',
  concurrency: 1,
  async run(context) {
    const forgotten = {
      answers: await forgetAnswers(context),
      events: await forgetEvents(context),
      previews: await forgetAwardPreviews(context),
      notices: await forgetNotices(context),
      tokens: await forgetTokens(context),
    };
    if (Object.values(forgotten).some((count) => count > 0)) context.logger.info(forgotten, 'old rows were forgotten');
  },
};
