import type { z } from 'zod';
import type { Manifest } from '../manifest/manifest.ts';

/** One question of a form. `kind` decides the control; `pairs` is a list of [text, text]. */
export type Field = {
  name: string;
  label: string;
  help: string;
  kind: 'text' | 'long_text' | 'number' | 'choice' | 'list' | 'pairs';
  choices?: string[];
  isRequired: boolean;
  /** What is filled in at first. */
  initial: unknown;
};

/** A kind of agent that is made by filling in a form. `toManifest` gets what `answers` accepted. */
export type Template<Answers = unknown> = {
  id: string;
  title: string;
  description: string;
  fields: Field[];
  answers: z.ZodType<Answers>;
  toManifest(answers: Answers): Manifest;
};
