import type { Shape } from './money-model-fixture.ts';
import type { steps } from './money-steps-fixture.ts';

/** A way through the model: what it is, how it begins, and its steps, each with the bounty and its number. */
export type Way = [string, Shape, [keyof typeof steps, number, number][]];

/** Ways of chargebacks that once went wrong, made small, and some that chance seldom takes. */
export const chargebackWays: Way[] = [
  [
    'a payment of a cancelled bounty whose first payment is disputed',
    { currency: 'USD', modes: ['winner', 'winner'], starts: [2, 0] },
    [
      ['deliver', 0, 1],
      ['work', 0, 0],
      ['cancel', 0, 0],
      ['openDispute', 0, 1],
      ['quietDay', 0, 0],
    ],
  ],
  [
    'a chargeback that is won while the money is held, and a cancellation',
    { currency: 'KWD', modes: ['places', 'split'], starts: [3, 3] },
    [
      ['openDispute', 0, 1],
      ['quietDay', 0, 0],
      ['cancel', 0, 0],
      ['closeDispute', 0, 1],
      ['quietDay', 0, 0],
      ['cancel', 0, 0],
    ],
  ],
  [
    'a chargeback of a part that is lost while the money is held',
    { currency: 'JPY', modes: ['split', 'split'], starts: [3, 3] },
    [
      ['openDispute', 0, 0],
      ['quietDay', 0, 0],
      ['award', 0, 1],
      ['closeDispute', 0, 0],
      ['quietDay', 0, 0],
      ['award', 0, 1],
    ],
  ],
  [
    'a chargeback that is lost after an award, whose payouts are taken back in parts',
    { currency: 'USD', modes: ['places', 'split'], starts: [4, 4] },
    [
      ['changePayee', 0, 1],
      ['quietDay', 0, 0],
      ['openDispute', 0, 1],
      ['reverseTransfer', 0, 0],
      ['closeDispute', 0, 0],
      ['reverseTransfer', 0, 1],
    ],
  ],
  [
    'a boost whose payment is charged back, after which the rest is awarded',
    { currency: 'KWD', modes: ['split', 'places'], starts: [3, 3] },
    [
      ['boost', 0, 1],
      ['quietDay', 0, 0],
      ['openDispute', 0, 1],
      ['quietDay', 0, 0],
      ['closeDispute', 0, 0],
      ['quietDay', 0, 0],
      ['award', 0, 1],
      ['boost', 1, 0],
      ['quietDay', 0, 0],
      ['clock', 1, 0],
    ],
  ],
  [
    'boosts that are charged back and asked about while the bounty goes on, some of which come back',
    { currency: 'USD', modes: ['winner', 'split'], starts: [3, 3] },
    [
      ['boost', 0, 0],
      ['boost', 0, 1],
      ['quietDay', 0, 0],
      ['openDispute', 0, 1],
      ['openDispute', 0, 11],
      ['quietDay', 0, 0],
      ['closeDispute', 0, 1],
      ['quietDay', 0, 0],
      ['award', 0, 0],
      ['closeDispute', 0, 1],
      ['quietDay', 0, 0],
    ],
  ],
  [
    'a chargeback that is lost while payouts wait, and is decided while another opens',
    { currency: 'KWD', modes: ['split', 'split'], starts: [4, 4] },
    [
      ['openDispute', 0, 0],
      ['quietDay', 0, 0],
      ['closeDispute', 0, 0],
      ['quietDay', 0, 0],
      ['openDispute', 0, 0],
      ['quietDay', 0, 0],
      ['decideChargeback', 0, 1],
      ['quietDay', 0, 0],
      ['changePayee', 0, 1],
      ['quietDay', 0, 0],
      ['closeDispute', 0, 0],
      ['quietDay', 0, 0],
      ['decideChargeback', 0, 0],
    ],
  ],
  [
    'a transfer whose answer was lost, whose chargeback is lost and to be withheld',
    { currency: 'USD', modes: ['winner', 'winner'], starts: [3, 0] },
    [
      ['award', 0, 0],
      ['loseAnswers', 0, 0],
      ['workOnTime', 0, 0],
      ['openDispute', 0, 1],
      ['deliver', 0, 0],
      ['workOnTime', 0, 0],
      ['closeDispute', 0, 0],
      ['deliver', 0, 0],
      ['workOnTime', 0, 0],
      ['decideChargeback', 0, 1],
    ],
  ],
];
