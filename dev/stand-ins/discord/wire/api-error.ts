/** Field errors as Discord nests them: `{ components: { 0: { label: { _errors: [{ code, message }] } } } }`. */
export type FieldErrors = { [field: string]: FieldErrors | { code: string; message: string }[] };

/** An answer other than success: HTTP status, Discord's code and message, and field errors for 50035. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: FieldErrors | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: number,
    message: string,
    more: { errors?: FieldErrors; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = more.errors;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** The codes used here (docs.discord.com/developers/topics/opcodes-and-status-codes#json-json-error-codes). */
const known = {
  unauthorized: [401, 0, '401: Unauthorized'],
  notFound: [404, 0, '404: Not Found'],
  methodNotAllowed: [405, 0, '405: Method Not Allowed'],
  unknownApplication: [404, 10002, 'Unknown Application'],
  unknownChannel: [404, 10003, 'Unknown Channel'],
  unknownGuild: [404, 10004, 'Unknown Guild'],
  unknownMember: [404, 10007, 'Unknown Member'],
  unknownMessage: [404, 10008, 'Unknown Message'],
  unknownUser: [404, 10013, 'Unknown User'],
  unknownWebhook: [404, 10015, 'Unknown Webhook'],
  unknownInteraction: [404, 10062, 'Unknown interaction'],
  unknownCommand: [404, 10063, 'Unknown application command'],
  unknownTag: [404, 10087, 'Unknown tag'],
  alreadyAcknowledged: [400, 40060, 'Interaction has already been acknowledged.'],
  threadAlreadyCreated: [400, 160004, 'A thread has already been created for this message'],
  missingAccess: [403, 50001, 'Missing Access'],
  notOnDirectMessages: [403, 50003, 'Cannot execute action on a DM channel'],
  notAuthor: [403, 50005, 'Cannot edit a message authored by another user'],
  emptyMessage: [400, 50006, 'Cannot send an empty message'],
  cannotMessageUser: [403, 50007, 'Cannot send messages to this user'],
  notTextChannel: [400, 50008, 'Cannot send messages in a non-text channel'],
  missingPermissions: [403, 50013, 'Missing Permissions'],
  invalidWebhookToken: [401, 50027, 'Invalid Webhook Token'],
  notOnThisChannel: [400, 50024, 'Cannot execute action on this channel type'],
  threadArchived: [400, 50083, 'Thread is archived'],
  tooLarge: [413, 40005, 'Request entity too large'],
} as const satisfies Record<string, readonly [number, number, string]>;

export type KnownError = keyof typeof known;

/** One of the documented errors, by name. */
export function apiError(name: KnownError): ApiError {
  const [status, code, message] = known[name];
  return new ApiError(status, code, message);
}

/** 50035 for one field; `path` leads to it, such as `['data', 'components']`. */
export function invalidField(path: readonly PropertyKey[], code: string, message: string): ApiError {
  const errors: FieldErrors = {};
  addFieldError(errors, path, code, message);
  return new ApiError(400, 50035, 'Invalid Form Body', { errors });
}

/** Adds one error at its place in the tree. */
export function addFieldError(errors: FieldErrors, path: readonly PropertyKey[], code: string, message: string): void {
  let node = errors;
  for (const key of path) {
    const next = (node[String(key)] ??= {});
    if (!Array.isArray(next)) node = next;
  }
  const list = (node._errors ??= []);
  if (Array.isArray(list)) list.push({ code, message });
}
