import type { BountyWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { days, showDay, showMoment } from './moment.ts';
import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

/** The poster's draft, with what was understood and the way to fund it. */
export function bountyPosted(bounty: BountyWire, nowMs: number): MessageView {
  return privately(`${bounty.code} is saved as a draft: ${bounty.title}`, {
    tone: 'good',
    body: ['Nobody sees it yet. Fund it to open it; the exact figures come first.'],
    fields: [
      { label: 'Reward', value: writeAmount(bounty.rewardMinor, bounty.currency) },
      { label: 'Deadline', value: showMoment(bounty.deadline, nowMs) },
      {
        label: 'Decided by',
        value: `${showDay(bounty.decideBy)}, ${days(bounty.reviewDays)} after the deadline, else by itself`,
      },
      { label: 'Cases', value: `${bounty.publicCases.length} public, ${bounty.privateCaseCount} private` },
      { label: 'Metric', value: bounty.metrics.map((metric) => metric.kind.replaceAll('_', ' ')).join(', ') },
    ],
    actions: [
      button('Fund it', 'bounty fund', { bounty: bounty.code }, 'primary'),
      button('Show it', 'bounty show', { bounty: bounty.code }),
      button('Cancel it', 'bounty cancel', { bounty: bounty.code }, 'danger'),
    ],
  });
}
