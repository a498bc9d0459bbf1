import { expect, it } from 'vitest';
import { noticeView } from './notice.ts';

it('a payout that is withheld is told in private, with what shows the others', () => {
  const sentence = '50.00 USD of your payout for B-7K3 will not be paid.';
  const view = noticeView({
    id: 'n1',
    leaseToken: 't1',
    userId: 'U1',
    kind: 'payout_withheld',
    payload: { bountyCode: 'B-7K3', sentence },
  });
  expect(view).toMatchObject({
    visibility: 'private',
    title: 'Your payout for B-7K3 is withheld',
    body: [sentence],
    footer: expect.stringContaining('/payouts status'),
  });
});
