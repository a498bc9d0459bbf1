import { prefersText } from '../platform/http/prefers-text.ts';
import { route, type Answer, type Route } from '../platform/http/route.ts';
import { claimCover, previewClaim, readCover } from './claim-cover.ts';
import * as contract from './contract.ts';
import { findPoolStatement } from './find-pool-statement.ts';
import { presentClaim, presentCover, presentPoolStatement } from './present-insurance.ts';
import { writePoolCsv } from './write-pool-csv.ts';

const csv = 'text/csv';

export const insuranceRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/bounties/:id/claim',
    summary:
      "Asks for a bounty's insurance now, as a worker does by itself within a minute; dryRun only says what it pays.",
    who: 'signed_in',
    limit: 'money',
    body: contract.claimRequest,
    answers: { 200: contract.claimAnswer },
    handle: async ({ context, accountId, params, body }) => {
      const claim = { bounty: params['id'] ?? '', accountId };
      return {
        status: 200,
        body: body.dryRun
          ? presentClaim(await previewClaim(context, claim), 'payable')
          : presentClaim(await claimCover(context, claim), 'paid'),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/bounties/:id/cover',
    summary: 'The insurance of a bounty, for who funded and who manages it.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.coverWire },
    handle: async ({ context, accountId, params }) => {
      const { cover } = await readCover(context, { bounty: params['id'] ?? '', accountId });
      return { status: 200, body: presentCover(cover) };
    },
  }),
  ...(['', '.csv'] as const).map((ending) =>
    route({
      method: 'GET',
      path: `/api/admin/insurance/pool${ending}`,
      summary: 'The insurance pools: what each has, may have to pay, and its months: JSON, or CSV.',
      who: 'platform_admin',
      limit: 'read',
      answers: { 200: contract.poolStatement },
      texts: [csv],
      handle: async ({ context, headers }): Promise<Answer> => {
        const statement = await findPoolStatement(context);
        return ending === '.csv' || prefersText(headers, csv)
          ? {
              status: 200,
              body: writePoolCsv(statement),
              headers: {
                'Content-Type': `${csv}; charset=utf-8`,
                'Content-Disposition': 'attachment; filename="quarry-insurance-pool.csv"',
                Vary: 'Accept',
              },
            }
          : { status: 200, body: presentPoolStatement(statement), headers: { Vary: 'Accept' } };
      },
    }),
  ),
];
