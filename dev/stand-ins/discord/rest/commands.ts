import type { z } from 'zod';
import type { Context } from '../context.ts';
import { command, commandList } from '../schema/command.ts';
import { apiError } from '../wire/api-error.ts';
import { parseBody } from '../wire/parse-body.ts';
import { route, type ApiRequest, type Handler } from '../wire/route.ts';
import type { Command } from '../world/world.ts';

type Definition = z.infer<typeof command>;

const list: Handler = (context, request) => ({ status: 200, body: inScope(context, scopeOf(context, request)) });

const overwrite: Handler = (context, request) => {
  const scope = scopeOf(context, request);
  const definitions = parseBody(commandList, request.json);
  const former = inScope(context, scope);
  for (const { id } of former) context.world.commands.delete(id);
  const body = definitions.map((definition) => store(context, scope, definition, former.find(isSame(definition))));
  context.events.emit({ type: 'commands.changed' });
  return { status: 200, body };
};

const create: Handler = (context, request) => {
  const scope = scopeOf(context, request);
  const definition = parseBody(command, request.json);
  const former = inScope(context, scope).find(isSame(definition));
  parseBody(commandList, [
    ...inScope(context, scope)
      .filter((one) => one !== former)
      .map(bare),
    request.json,
  ]);
  const body = store(context, scope, definition, former);
  context.events.emit({ type: 'commands.changed' });
  return { status: former ? 200 : 201, body };
};

const show: Handler = (context, request) => ({ status: 200, body: find(context, request) });

const change: Handler = (context, request) => {
  const former = find(context, request);
  const patch = typeof request.json === 'object' ? request.json : null;
  const definition = parseBody(command, { ...bare(former), ...patch });
  const body = store(context, former.guild_id ?? null, definition, former);
  context.events.emit({ type: 'commands.changed' });
  return { status: 200, body };
};

const remove: Handler = (context, request) => {
  context.world.commands.delete(find(context, request).id);
  context.events.emit({ type: 'commands.changed' });
  return { status: 204 };
};

/** Application commands, global and of a guild. */
export const commandRoutes = ['/applications/:application', '/applications/:application/guilds/:guild'].flatMap(
  (scope) => [
    route(`GET ${scope}/commands`, list),
    route(`PUT ${scope}/commands`, overwrite),
    route(`POST ${scope}/commands`, create),
    route(`GET ${scope}/commands/:command`, show),
    route(`PATCH ${scope}/commands/:command`, change),
    route(`DELETE ${scope}/commands/:command`, remove),
  ],
);

function scopeOf({ applicationId, world }: Context, { params }: ApiRequest): string | null {
  if (params.application !== applicationId) throw apiError('unknownApplication');
  if (params.guild !== undefined && params.guild !== world.guild.id) throw apiError('missingAccess');
  return params.guild ?? null;
}

function inScope({ world }: Context, scope: string | null): Command[] {
  return [...world.commands.values()].filter(({ guild_id }) => (guild_id ?? null) === scope);
}

function find(context: Context, request: ApiRequest): Command {
  const scope = scopeOf(context, request);
  const found = context.world.commands.get(request.params.command ?? '');
  if (!found || (found.guild_id ?? null) !== scope) throw apiError('unknownCommand');
  return found;
}

const isSame = (definition: Definition) => (one: Command) =>
  one.name === definition.name && one.type === definition.type;

/** What a client would send to register the command as it is. */
function bare({
  id: _id,
  application_id: _application,
  version: _version,
  guild_id: _guild,
  ...definition
}: Command): object {
  return definition;
}

function store(
  context: Context,
  scope: string | null,
  { id: _id, ...definition }: Definition,
  former: Command | undefined,
): Command {
  const stored = {
    ...definition,
    description: definition.description ?? '',
    default_member_permissions: definition.default_member_permissions ?? null,
    nsfw: definition.nsfw ?? false,
    id: former?.id ?? context.newId(),
    application_id: context.applicationId,
    version: context.newId(),
    ...(scope === null ? { contexts: definition.contexts ?? null } : { guild_id: scope }),
  } as Command;
  context.world.commands.set(stored.id, stored);
  return stored;
}
