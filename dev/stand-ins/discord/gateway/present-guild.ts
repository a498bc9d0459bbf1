import type { Context } from '../context.ts';
import type { Member, World } from '../world/world.ts';
import type { Session } from './session.ts';

/** READY (docs.discord.com/developers/events/gateway-events#ready). */
export function presentReady(context: Context, { id, shard }: Session): object {
  const { world, applicationId, publicUrl } = context;
  return {
    v: 10,
    user: { ...world.users.get(world.botUserId), email: null, mfa_enabled: true, verified: true },
    guilds: [{ id: world.guild.id, unavailable: true }],
    session_id: id,
    session_type: 'normal',
    resume_gateway_url: publicUrl.replace('http', 'ws'),
    shard,
    application: { id: applicationId, flags: 0 },
    user_settings: {},
    relationships: [],
    private_channels: [],
    presences: [],
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    _trace: ['stand-in'],
  };
}

/** GUILD_CREATE: the guild with all that a client caches of it (docs.discord.com/developers/events/gateway-events#guild-create). */
export function presentGuild({ world }: Pick<Context, 'world'>): object {
  const { guild } = world;
  const inGuild = [...world.channels.values()].filter((channel) => channel.guild_id === guild.id);
  return {
    ...presentGuildSummary(world),
    joined_at: guild.joined_at,
    large: false,
    unavailable: false,
    member_count: world.members.size,
    voice_states: [],
    members: [...world.members.values()].map((member) => presentMember(world, member)),
    channels: inGuild.filter(({ type }) => type !== 11),
    threads: inGuild.filter(({ type, thread_metadata }) => type === 11 && thread_metadata?.archived !== true),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** The guild as GET /guilds/:guild shows it. */
export function presentGuildSummary({ guild, roles }: World): object {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    home_header: null,
    owner_id: guild.owner_id,
    region: 'deprecated',
    afk_channel_id: null,
    afk_timeout: 300,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [...roles.values()].map((role) => ({
      ...role,
      description: null,
      hoist: false,
      icon: null,
      unicode_emoji: null,
      mentionable: false,
      flags: 0,
      colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    })),
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    max_presences: null,
    max_members: 500_000,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: 'en-US',
    public_updates_channel_id: null,
    max_video_channel_users: 25,
    max_stage_video_channel_users: 50,
    nsfw: false,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
    incidents_data: null,
  };
}

/** A guild member with its user. */
export function presentMember(world: World, member: Member): object {
  return { user: world.users.get(member.userId), ...presentMemberAlone(member) };
}

/** A guild member without its user, as `data.resolved.members` has it. */
export function presentMemberAlone({ nick, roles, joined_at }: Member): object {
  return {
    nick,
    roles,
    joined_at,
    avatar: null,
    banner: null,
    premium_since: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
    communication_disabled_until: null,
  };
}
