import { presentGuildSummary, presentMember } from '../gateway/present-guild.ts';
import { apiError } from '../wire/api-error.ts';
import { route, type Handler } from '../wire/route.ts';

const me: Handler = ({ world, applicationId }) => {
  const bot = world.users.get(world.botUserId);
  const body = {
    id: applicationId,
    name: bot?.username,
    icon: null,
    description: '',
    type: null,
    bot,
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: 0,
    flags_new: '0',
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    owner: world.users.get(world.guild.owner_id),
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    team: null,
    eligible_oauth2_scopes: [],
  };
  return { status: 200, body };
};

/** The gateway's address, the application, users, and the guild itself. */
export const applicationRoutes = [
  route('GET /gateway', ({ publicUrl }) => ({ status: 200, body: { url: publicUrl.replace('http', 'ws') } })),
  route('GET /gateway/bot', ({ publicUrl }) => {
    const limit = { total: 1000, remaining: 999, reset_after: 86_400_000, max_concurrency: 1 };
    return { status: 200, body: { url: publicUrl.replace('http', 'ws'), shards: 1, session_start_limit: limit } };
  }),
  route('GET /applications/@me', me),
  route('GET /oauth2/applications/@me', me),
  route('GET /users/@me', ({ world }) => ({
    status: 200,
    body: { ...world.users.get(world.botUserId), mfa_enabled: true, locale: 'en-US', email: null, verified: true },
  })),
  route('GET /users/:user', ({ world }, { params }) => {
    const user = world.users.get(params.user ?? '');
    if (!user) throw apiError('unknownUser');
    return { status: 200, body: user };
  }),
  route('GET /guilds/:guild', ({ world }, { params }) => {
    if (params.guild !== world.guild.id) throw apiError('unknownGuild');
    return { status: 200, body: presentGuildSummary(world) };
  }),
  route('GET /guilds/:guild/members/:user', ({ world }, { params }) => {
    if (params.guild !== world.guild.id) throw apiError('unknownGuild');
    const member = world.members.get(params.user ?? '');
    if (!member) throw apiError('unknownMember');
    return { status: 200, body: presentMember(world, member) };
  }),
];
