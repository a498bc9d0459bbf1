import { command, OptionProblem, type Option } from './command.ts';
import { bountyPosted } from '../views/bounty-posted.ts';
import type { FormView } from '../views/view.ts';
import { amount, choice, deadline, optional, text } from './options.ts';
import { readCases, type ChatCase } from './read-cases.ts';

const kinds = ['exact', 'numeric', 'regex', 'json_schema', 'set_f1', 'script'] as const;

/** Posts a draft: from a form, or with every option typed. */
export const bountyPost = command({
  name: 'bounty post',
  summary: 'Post a bounty: what you need, what you pay, and the cases that decide',
  example: '/bounty post',
  options: {
    title: text('the title, up to 150 characters', 150),
    brief: text('what an agent must do, what goes in and what comes out', 20_000),
    reward: amount('the reward, like 500 USD'),
    deadline: optional(deadline('when it ends, like "2026-12-01 18:00 Europe/Berlin"; 7 days when left out')),
    cases: casesOption(),
    metric: optional(choice('how outputs are compared; exact when left out', kinds)),
    review_days: optional(reviewDays()),
    setting: optional(text('the setting of the metric: a tolerance, a pattern, a JSON schema, or a script', 3000)),
  },
  form(given) {
    return given['cases'] === undefined ? postForm(given) : null;
  },
  async run({ api, options, idempotencyKey, followHere }) {
    const posted = await api.bounties.post(
      {
        title: options.title,
        brief: options.brief,
        rewardMinor: options.reward.minor,
        currency: options.reward.currency,
        deadline: (options.deadline ?? new Date(Date.now() + 7 * 86_400_000)).toISOString(),
        ...(options.review_days === undefined ? {} : { reviewDays: options.review_days }),
        mode: 'winner',
        metrics: [metricOf(options.metric ?? 'exact', options.setting)],
        cases: options.cases,
      },
      { idempotencyKey },
    );
    await followHere(posted.id);
    return bountyPosted(posted, Date.now());
  },
});

function postForm(given: Record<string, string>): FormView {
  return {
    kind: 'form',
    title: 'Post a bounty',
    submitLabel: 'Save the draft',
    command: 'bounty post',
    carried: Object.fromEntries(Object.entries(given).filter(([name]) => ['metric', 'setting'].includes(name))),
    intro: 'Nothing is charged and nobody sees it until you fund it.',
    fields: [
      {
        name: 'title',
        label: 'Title',
        kind: 'line',
        required: true,
        lengthMax: 150,
        ...valueOf(given, 'title'),
        example: 'Tell spam from ham',
      },
      {
        name: 'brief',
        label: 'What must an agent do?',
        kind: 'lines',
        required: true,
        lengthMax: 3000,
        ...valueOf(given, 'brief'),
        example: 'The input is {"text": "…"}. Return "spam" or "ham".',
      },
      {
        name: 'reward',
        label: 'Reward',
        kind: 'line',
        required: true,
        lengthMax: 40,
        ...valueOf(given, 'reward'),
        example: '500 USD',
      },
      {
        name: 'deadline',
        label: 'Deadline, with time zone',
        kind: 'line',
        required: false,
        lengthMax: 60,
        ...valueOf(given, 'deadline'),
        example: 'in 7 days, or 2026-12-01 18:00 Europe/Berlin',
      },
      {
        name: 'cases',
        label: 'Cases: public or private, input => expected',
        kind: 'lines',
        required: true,
        lengthMax: 3000,
        ...valueOf(given, 'cases'),
        example: 'public {"text":"win cash"} => "spam"',
      },
      {
        name: 'review_days',
        label: 'Days to decide after the deadline',
        kind: 'line',
        required: false,
        lengthMax: 2,
        ...valueOf(given, 'review_days'),
        example: '7; from 1 to 30',
      },
    ],
  };
}

function valueOf(given: Record<string, string>, name: string): { value: string } | object {
  return given[name] === undefined ? {} : { value: given[name] };
}

/** As the API's `reviewDays`. */
function reviewDays(): Option<number> {
  return {
    description: 'days to decide after the deadline, 1 to 30; 7 when left out',
    required: true,
    input: 'whole_number',
    read(given) {
      const days = /^\d{1,2}$/.test(given) ? Number(given) : 0;
      if (days >= 1 && days <= 30) return days;
      throw new OptionProblem(`"${given.slice(0, 40)}" is not a number of days. Write one from 1 to 30, like 7.`);
    },
  };
}

function casesOption(): Option<ChatCase[]> {
  return {
    description: 'one case a line: public or private, the input as JSON, =>, the expected output as JSON',
    required: true,
    input: 'long_text',
    read: readCases,
  };
}

function metricOf(kind: (typeof kinds)[number], setting: string | undefined) {
  const needed = (what: string) => {
    if (setting === undefined) throw new OptionProblem(`The metric ${kind} needs a setting: ${what}.`, 'setting');
    return setting;
  };
  if (kind === 'regex') return { kind, pattern: needed('the pattern an output must match') };
  if (kind === 'script')
    return { kind, source: needed('a module that exports default function score({ input, output, expected })') };
  if (kind === 'json_schema') return { kind, schema: readSchema(needed('a JSON schema')) };
  if (kind !== 'numeric') return { kind };
  const tolerance = Number(setting ?? 0);
  if (Number.isFinite(tolerance) && tolerance >= 0) return { kind, tolerance };
  throw new OptionProblem(`"${setting}" is not a tolerance. Write a number like 0.01.`, 'setting');
}

function readSchema(setting: string): Record<string, unknown> {
  try {
    return JSON.parse(setting) as Record<string, unknown>;
  } catch (error) {
    throw new OptionProblem(`The JSON schema cannot be read (${(error as Error).message}).`, 'setting');
  }
}
