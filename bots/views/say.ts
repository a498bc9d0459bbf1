import type { Action, MessageView } from './view.ts';

type Rest = Omit<Partial<MessageView>, 'kind' | 'visibility' | 'tone' | 'title'>;

/** A message to the person who asked alone. */
export function privately(title: string, rest: Rest & { tone?: MessageView['tone'] } = {}): MessageView {
  return { kind: 'message', visibility: 'private', tone: 'neutral', title: shorten(title, 150), ...rest };
}

/** A message to the whole channel. */
export function publicly(title: string, rest: Rest & { tone?: MessageView['tone'] } = {}): MessageView {
  return { kind: 'message', visibility: 'public', tone: 'neutral', title: shorten(title, 150), ...rest };
}

/** A button that runs a command. */
export function button(
  label: string,
  command: string,
  options: Record<string, string>,
  style?: 'primary' | 'danger',
): Action {
  return { label, command, options, ...(style ? { style } : {}) };
}

/** A text cut to at most `lengthMax` characters, with an ellipsis where something was left out. */
export function shorten(text: string, lengthMax: number): string {
  const characters = Array.from(text);
  return characters.length <= lengthMax ? text : `${characters.slice(0, lengthMax - 1).join('')}…`;
}

/** JSON as a person reads it, on one line where it is short. */
export function showJson(value: unknown, lengthMax = 300): string {
  return shorten(JSON.stringify(value) ?? 'null', lengthMax);
}

/** A score between 0 and 1 with three digits; a dash where there is none. */
export function showScore(score: number | null | undefined): string {
  return score === null || score === undefined ? '–' : score.toFixed(3);
}
