import { z } from 'zod';

/** A public host name, or every host below one. */
export const hostPattern = z
  .string()
  .max(253)
  .regex(
    /^(?:\*\.)?(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.[a-z][a-z0-9-]{1,62}$/,
    'must be a host name in lower case such as api.example.org or *.example.org, without scheme, port and path',
  );

const name = z.enum(
  ['http.get', 'http.post', 'llm.complete'],
  'must be http.get, http.post or llm.complete; every other tool needs no approval',
);

export const toolWire = z.object({
  name: z.string(),
  kind: z.enum(['library', 'broker']),
  title: z.string(),
  description: z.string(),
  parameters: z.array(z.string()).nullable(),
  arguments: z.unknown().describe('JSON Schema (draft 2020-12).'),
  needsApproval: z.boolean(),
  example: z.string(),
});

export const toolRequest = z
  .strictObject({
    tool: name,
    hosts: z.array(hostPattern).max(20, 'may name at most 20 hosts').default([]),
    reason: z.string().trim().min(1, 'must say what the agent needs it for').max(500, 'must be at most 500 characters'),
  })
  .refine((body) => body.tool.startsWith('http.') === body.hosts.length > 0, {
    error: 'name the hosts for http tools, and only for those',
    path: ['hosts'],
  });

/** A decision names the request it was made on, so that another one cannot slip under it. */
export const decisionRequest = z
  .strictObject({
    decision: z.enum(['approve', 'refuse'], 'must be approve or refuse'),
    requestedAt: z.iso
      .datetime({ error: 'must be the requestedAt of the request you looked at' })
      .optional()
      .describe('The requestedAt of the request as you saw it. Needed to approve.'),
    reason: z.string().trim().max(500, 'must be at most 500 characters').default(''),
  })
  .refine((body) => body.decision === 'refuse' || body.requestedAt !== undefined, {
    error: 'is missing: give the requestedAt of the request you looked at',
    path: ['requestedAt'],
  });

export const uploadToolWire = z.object({
  agentCode: z.string(),
  agent: z.string(),
  tool: z.string(),
  version: z.number().int(),
  hosts: z.array(z.string()),
  reason: z.string(),
  state: z
    .enum(['requested', 'approved', 'outdated', 'refused', 'withdrawn'])
    .describe('outdated: approved for an earlier version of the tool, and not given until it is approved again.'),
  requestedAt: z.string(),
  decidedAt: z.string().nullable(),
  decisionReason: z.string().nullable(),
});

export type UploadToolWire = z.output<typeof uploadToolWire>;
