import { prefersText } from '../platform/http/prefers-text.ts';
import { route, type Answer, type Call, type Route } from '../platform/http/route.ts';
import * as contract from './contract.ts';
import { findFundingReceipt } from './find-funding-receipt.ts';
import { findPayoutStatement } from './find-payout-statement.ts';
import { findWorkspaceStatement } from './find-workspace-statement.ts';
import { presentFundingReceipt, presentPayoutStatement, presentWorkspaceStatement } from './present-statements.ts';
import { writePayoutCsv, writeWorkspaceCsv } from './write-statements.ts';

const csv = 'text/csv';

/** The same statement under two addresses: JSON, or CSV where the address ends so or `Accept` asks for it. */
export const statementRoutes: Route[] = [
  ...(['', '.csv'] as const).flatMap((ending) => [workspaceRoute(ending), payoutRoute(ending)]),
  route({
    method: 'GET',
    path: '/api/bounties/:id/funding-receipt',
    summary: 'The receipt of what was paid for a bounty, for who paid and who manages it.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.fundingReceipt },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: presentFundingReceipt(await findFundingReceipt(context, { bounty: params['id'] ?? '', accountId })),
    }),
  }),
];

function workspaceRoute(ending: '' | '.csv'): Route {
  return route({
    method: 'GET',
    path: `/api/workspaces/:slug/statement${ending}`,
    summary: 'What a workspace paid in and what became of it, for its owners and admins: JSON, or CSV.',
    who: 'signed_in',
    limit: 'read',
    query: contract.statementQuery,
    answers: { 200: contract.workspaceStatement },
    texts: [csv],
    handle: async (call) => {
      const slug = call.params['slug'] ?? '';
      const statement = await findWorkspaceStatement(call.context, { ...call.query, slug, accountId: call.accountId });
      return wantsCsv(call, ending)
        ? download(writeWorkspaceCsv(statement), `${statement.workspace.slug}-${day(statement.from)}`)
        : { status: 200, body: presentWorkspaceStatement(statement), headers: { Vary: 'Accept' } };
    },
  });
}

function payoutRoute(ending: '' | '.csv'): Route {
  return route({
    method: 'GET',
    path: `/api/payouts/statement${ending}`,
    summary: 'Your own year: every award and payout, and what is owed: JSON, or CSV for the tax office.',
    who: 'signed_in',
    limit: 'read',
    query: contract.yearQuery,
    answers: { 200: contract.payoutStatement },
    texts: [csv],
    handle: async (call) => {
      const statement = await findPayoutStatement(call.context, { ...call.query, accountId: call.accountId });
      return wantsCsv(call, ending)
        ? download(writePayoutCsv(statement), `payouts-${statement.from.getUTCFullYear()}`)
        : { status: 200, body: presentPayoutStatement(statement), headers: { Vary: 'Accept' } };
    },
  });
}

function wantsCsv({ headers }: Pick<Call<unknown, unknown>, 'headers'>, ending: '' | '.csv'): boolean {
  return ending === '.csv' || prefersText(headers, csv);
}

function download(text: string, name: string): Answer {
  const disposition = `attachment; filename="quarry-${name}.csv"`;
  return {
    status: 200,
    body: text,
    headers: { 'Content-Type': `${csv}; charset=utf-8`, 'Content-Disposition': disposition, Vary: 'Accept' },
  };
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
