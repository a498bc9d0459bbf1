import type { Context } from '../platform/context.ts';
import { findManagedWorkspace } from './find-managed-workspace.ts';

/** An invoice of a subscription; amounts are minor units. `pageUrl` is Stripe's page, where an open one is paid. */
export type PlanInvoice = {
  id: string;
  number: string | null;
  status: string;
  currency: string;
  totalMinor: bigint;
  paidMinor: bigint;
  refundedMinor: bigint;
  periodStart: Date;
  periodEnd: Date;
  createdAt: Date;
  pageUrl: string | null;
  pdfUrl: string | null;
};

const newest = 100;

/** The newest invoices of a workspace, for who decides about its plan. Throws `not_found` and `forbidden`. */
export async function findPlanInvoices(
  context: Context,
  request: { workspace: string; accountId: string },
): Promise<PlanInvoice[]> {
  const workspace = await findManagedWorkspace(context.database, request.workspace, request.accountId);
  return context
    .database('plan_invoices')
    .where({ workspace_id: workspace.id })
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(newest)
    .select({
      id: 'id',
      number: 'number',
      status: 'status',
      currency: 'currency',
      totalMinor: 'total_minor',
      paidMinor: 'paid_minor',
      refundedMinor: 'refunded_minor',
      periodStart: 'period_start',
      periodEnd: 'period_end',
      createdAt: 'created_at',
      pageUrl: 'page_url',
      pdfUrl: 'pdf_url',
    });
}
