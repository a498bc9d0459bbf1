import type { input } from 'zod';
import type { answerRequest, disputeRequest, evidenceRequest } from '../disputes/contract.ts';
import { get, post, type CallOptions, type Connection } from './request.ts';
import type { DisputeWire } from './wire-types.ts';

/** Disputes about submissions that passed; a bounty is named by its id or code. */
export function disputesOf(connection: Connection) {
  const of = (id: string) => `/api/disputes/${encodeURIComponent(id)}`;
  return {
    open: (submissionId: string, body: input<typeof disputeRequest>, options?: CallOptions) =>
      post<DisputeWire>(connection, `/api/submissions/${encodeURIComponent(submissionId)}/disputes`, body, options),
    ofBounty: (bounty: string) =>
      get<{ data: DisputeWire[] }>(connection, `/api/bounties/${encodeURIComponent(bounty)}/disputes`),
    answer: (id: string, body: input<typeof answerRequest>, options?: CallOptions) =>
      post<DisputeWire>(connection, `${of(id)}/answer`, body, options),
    addEvidence: (id: string, body: input<typeof evidenceRequest>, options?: CallOptions) =>
      post<DisputeWire>(connection, `${of(id)}/evidence`, body, options),
    withdraw: (id: string, options?: CallOptions) => post<DisputeWire>(connection, `${of(id)}/withdraw`, {}, options),
  };
}
