import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const optionalText = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional();
const optionalUrl = optionalText.pipe(z.url().optional());

/** `USD:1000000,EUR:500000`: minor units by currency. */
const amounts = optionalText.transform((text, check) => {
  const parts = text?.split(',').map((part) => /^([A-Z]{3}):(\d{1,15})$/.exec(part.trim())) ?? [];
  if (parts.includes(null))
    check.addIssue({ code: 'custom', message: 'must be like USD:1000000,EUR:500000, in minor units' });
  return new Map(parts.map((part) => [part?.[1] ?? '', BigInt(part?.[2] ?? 0)]));
});

const environment = z.object({
  PORT: port.default(3000),
  SLACK_PORT: port.default(3001),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: optionalText,
  DATA_DIR: z.string().min(1).default('.data'),
  REDIS_URL: optionalUrl,
  PUBLIC_URL: optionalUrl,
  HOME_URL: optionalUrl,
  QUARRY_SECRET: z.string().min(32, 'needs at least 32 characters').optional(),
  QUARRY_PREVIOUS_SECRETS: optionalText,
  API_URL: optionalUrl,
  BOT_KEY: optionalText,
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  RATE_LIMIT_FACTOR: z.coerce.number().positive().default(1),
  WORKER_THREADS: z.coerce.number().int().min(1).max(512).default(128),
  SANDBOX_ENGINE: z.enum(['quickjs-emscripten', 'quickjs-wasi']).default('quickjs-emscripten'),
  DEFAULT_PLAN: z.enum(['free', 'pro', 'enterprise']).default('free'),
  APPROVAL_HOURS: z.coerce.number().int().min(1).max(720).default(72),
  PLAN_GRACE_DAYS: z.coerce.number().int().min(0).max(60).default(7),
  INSURANCE_CAPITAL: amounts,
  PLATFORM_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters, such as US')
    .default('US'),
  STRIPE_SECRET_KEY: optionalText,
  STRIPE_WEBHOOK_SECRET: optionalText,
  STRIPE_API_BASE: optionalUrl,
  SLACK_SIGNING_SECRET: optionalText,
  SLACK_BOT_TOKEN: optionalText,
  SLACK_APP_TOKEN: optionalText,
  SLACK_CLIENT_ID: optionalText,
  SLACK_CLIENT_SECRET: optionalText,
  SLACK_API_BASE: optionalUrl,
  DISCORD_TOKEN: optionalText,
  DISCORD_APPLICATION_ID: optionalText,
  DISCORD_API_BASE: optionalUrl,
  OPENAI_API_KEY: optionalText,
  OPENAI_BASE_URL: optionalUrl,
  OPENAI_MODEL: z.string().min(1).default('gpt-5-mini'),
});

/** Everything a process of Quarry can be told from outside, parsed and with its defaults. */
export type Config = ReturnType<typeof shape>;

/**
 * Reads the environment once, at start. Throws one Error that lists every problem at once, a line each.
 * Without QUARRY_SECRET a secret is made on first use and kept in DATA_DIR/secret (mode 600).
 */
export function readConfig(source: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse(source);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(
      `The configuration has ${lines.length} problem(s); mend these settings and start again:\n${lines.join('\n')}`,
    );
  }
  return shape(parsed.data);
}

function shape(env: z.output<typeof environment>) {
  const dataDir = resolve(env.DATA_DIR);
  return {
    port: env.PORT,
    slackPort: env.SLACK_PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    dataDir,
    redisUrl: env.REDIS_URL,
    publicUrl: (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/$/, ''),
    homeUrl: env.HOME_URL,
    apiUrl: (env.API_URL ?? `http://127.0.0.1:${env.PORT}`).replace(/\/$/, ''),
    botKey: env.BOT_KEY,
    logLevel: env.LOG_LEVEL,
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    workerThreadsMax: env.WORKER_THREADS,
    /** One of engineNames in worker/sandbox/engines.ts. */
    sandboxEngine: env.SANDBOX_ENGINE,
    secret: env.QUARRY_SECRET ?? keptSecret(dataDir),
    /** Secrets from before, which still open what was sealed under them. */
    previousSecrets: env.QUARRY_PREVIOUS_SECRETS?.split(',').map((text) => text.trim()) ?? [],
    /** See api/plans/: what every workspace has without asking, and for how many days a plan goes on after a payment failed. */
    plans: { everybodyHas: env.DEFAULT_PLAN, graceDays: env.PLAN_GRACE_DAYS },
    /** How long a funding waits for a second person. */
    approvalHours: env.APPROVAL_HOURS,
    /** By currency, in minor units: what of our own earnings the insurance pools may draw. */
    insuranceCapital: env.INSURANCE_CAPITAL,
    /** Where our Stripe account is: it decides how long money may be held. */
    platformCountry: env.PLATFORM_COUNTRY,
    stripe: {
      secretKey: env.STRIPE_SECRET_KEY,
      webhookSecret: env.STRIPE_WEBHOOK_SECRET,
      apiBase: env.STRIPE_API_BASE,
    },
    slack: {
      signingSecret: env.SLACK_SIGNING_SECRET,
      botToken: env.SLACK_BOT_TOKEN,
      appToken: env.SLACK_APP_TOKEN,
      clientId: env.SLACK_CLIENT_ID,
      clientSecret: env.SLACK_CLIENT_SECRET,
      apiBase: env.SLACK_API_BASE,
    },
    discord: { token: env.DISCORD_TOKEN, applicationId: env.DISCORD_APPLICATION_ID, apiBase: env.DISCORD_API_BASE },
    openai: { apiKey: env.OPENAI_API_KEY, baseUrl: env.OPENAI_BASE_URL, model: env.OPENAI_MODEL },
  };
}

function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'secret');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}
