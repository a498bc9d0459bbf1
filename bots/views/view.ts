/** What a bot says, in no chat's language yet. The renderers of Slack and Discord turn it into their own; see WORDING.md. */
export type View = MessageView | FormView;

export type Tone = 'neutral' | 'good' | 'warning' | 'bad';

export type MessageView = {
  kind: 'message';
  /** 'private' is seen by the person who asked alone; 'public' by the channel. */
  visibility: 'private' | 'public';
  tone: Tone;
  /** One line: the state, in plain words. Plain text, at most 150 characters. */
  title: string;
  /** Paragraphs. Plain text: user text in it can neither format nor mention. */
  body?: string[];
  fields?: { label: string; value: string }[];
  /** Rows of a small table, drawn in a fixed-width block. */
  table?: { columns: string[]; rows: string[][] };
  /** Code, JSON or a log, drawn as it is. */
  code?: string;
  /** One small line under it all: the next step, or where to read more. */
  footer?: string;
  actions?: Action[];
};

/** A button: it runs a command with these options, or opens a page. */
export type Action =
  | { label: string; style?: 'primary' | 'danger'; command: string; options: Record<string, string> }
  | { label: string; url: string };

export type FormView = {
  kind: 'form';
  /** At most 24 characters (Slack's limit for a modal title). */
  title: string;
  submitLabel: string;
  /** The verb that gets the answers, together with `carried`. */
  command: string;
  carried: Record<string, string>;
  /** One sentence above the fields. */
  intro?: string;
  /** Discord shows the first five (its limit for a modal): what comes after must be an option that may be left out, and is taken as it was typed with the command. */
  fields: FormField[];
};

export type FormField = {
  name: string;
  /** At most 45 characters (Discord's limit). */
  label: string;
  kind: 'line' | 'lines' | 'choice';
  required: boolean;
  /** An example, shown while it is empty; at most 100 characters. */
  example?: string;
  value?: string;
  lengthMax?: number;
  choices?: { label: string; value: string }[];
};

/** An action's id on the wire: the command and its options, at most 100 characters (Discord's limit for a custom id). */
export function writeActionId(command: string, options: Record<string, string>): string {
  const query = new URLSearchParams(options).toString();
  const id = query === '' ? command : `${command}?${query}`;
  if (id.length > 100) throw new Error(`The action id "${id}" is longer than 100 characters; carry less in it`);
  return id;
}

/** Reads what `writeActionId` wrote. */
export function readActionId(id: string): { command: string; options: Record<string, string> } {
  const mark = id.indexOf('?');
  if (mark === -1) return { command: id, options: {} };
  return { command: id.slice(0, mark), options: Object.fromEntries(new URLSearchParams(id.slice(mark + 1))) };
}
