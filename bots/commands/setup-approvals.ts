import type { Client } from '../../api/client/create-client.ts';
import type { ApprovalWire } from '../../api/client/wire-types.ts';
import { approvalDecided, approvalPreview, approvalsView } from '../views/approvals.ts';
import type { FormView } from '../views/view.ts';
import { command, OptionProblem, type Option } from './command.ts';
import { bountyCode, confirm, optional, text } from './options.ts';

/** Set by a button, never typed: the request that was shown. */
const request: Option<string | undefined> = {
  description: 'set by a button',
  required: false,
  input: 'flag',
  read: (given) => given,
};

/** What waits for a second person. */
export const setupApprovals = command({
  name: 'bounty-setup approvals',
  summary: 'See what waits for the agreement of a second person, and decide',
  example: '/bounty-setup approvals',
  options: {},
  async run({ api, workspace }) {
    return approvalsView(workspace.name, (await api.wallets.approvals(workspace.id)).data, Date.now());
  },
});

/** Agrees to a funding, after the exact figures. */
export const setupApprove = command({
  name: 'bounty-setup approve',
  summary: 'Agree to a funding that somebody else asked for: see the exact figures, then confirm',
  example: '/bounty-setup approve B-7K3',
  movesMoney: true,
  options: { bounty: bountyCode('the bounty that waits, like B-7K3'), request, confirm },
  async run({ api, workspace, options, idempotencyKey }) {
    const found = await findRequest(api, workspace.id, options);
    if (options.confirm === undefined) return approvalPreview(found, Date.now());
    return approvalDecided(await api.approvals.approve(found.id, { idempotencyKey }));
  },
});

/** Declines a funding, with a reason; who asked takes it back so. */
export const setupDecline = command({
  name: 'bounty-setup decline',
  summary: 'Decline a funding that waits, or take back what you asked for',
  example: '/bounty-setup decline B-7K3 reason:"Too much"',
  options: {
    bounty: bountyCode('the bounty that waits, like B-7K3'),
    reason: optional(text('why; who asked reads it', 500)),
    request,
  },
  form(given) {
    return given['bounty'] && !given['reason'] ? reasonForm(given) : null;
  },
  async run({ api, workspace, options, idempotencyKey }) {
    const found = await findRequest(api, workspace.id, options);
    const reason = options.reason === undefined ? {} : { reason: options.reason };
    return approvalDecided(await api.approvals.decline(found.id, reason, { idempotencyKey }));
  },
});

async function findRequest(
  api: Client,
  workspaceId: string,
  { bounty, request: id }: { bounty: string; request: string | undefined },
): Promise<ApprovalWire> {
  if (id !== undefined) return api.approvals.show(id);
  const { data } = await api.wallets.approvals(workspaceId);
  const found = data.find(({ bountyCode: code, state }) => code === bounty && state === 'pending');
  if (found !== undefined) return found;
  throw new OptionProblem(`Nothing waits for ${bounty}. See /bounty-setup approvals.`, 'bounty');
}

function reasonForm({ bounty = '', request: id }: Record<string, string>): FormView {
  return {
    kind: 'form',
    title: 'Decline a funding',
    submitLabel: 'Decline',
    command: 'bounty-setup decline',
    carried: { bounty, ...(id ? { request: id } : {}) },
    intro: `Nothing is moved for ${bounty}. Who asked reads your reason.`,
    fields: [{ name: 'reason', label: 'Reason', kind: 'line', required: true, lengthMax: 500 }],
  };
}
