import { z } from 'zod';
import { button, image, overflow, plainTextInput, staticSelect } from './elements.ts';
import { anyText, id, plainText } from './text.ts';

const blockId = { block_id: id.optional() };

const section = z
  .strictObject({
    type: z.literal('section'),
    ...blockId,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: z.discriminatedUnion('type', [button, staticSelect, overflow, image]).optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, 'a section needs text or fields');

const header = z.strictObject({ type: z.literal('header'), ...blockId, text: plainText(150) });
const divider = z.strictObject({ type: z.literal('divider'), ...blockId });
const context = z.strictObject({
  type: z.literal('context'),
  ...blockId,
  elements: z
    .array(z.union([anyText(3000), image]))
    .min(1)
    .max(10),
});
const actions = z.strictObject({
  type: z.literal('actions'),
  ...blockId,
  elements: z
    .array(z.discriminatedUnion('type', [button, staticSelect, overflow]))
    .min(1)
    .max(25),
});
const input = z.strictObject({
  type: z.literal('input'),
  ...blockId,
  label: plainText(2000),
  element: z.discriminatedUnion('type', [plainTextInput, staticSelect]),
  dispatch_action: z.boolean().optional(),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
});

/** The blocks this stand-in knows, https://docs.slack.dev/reference/block-kit/blocks; others are refused, as Slack refuses what it does not know. */
const block = z.union([section, header, divider, context, actions, input]);

export type Block = z.output<typeof block>;

const uniqueIds = (blocks: Block[]) => {
  const ids = blocks.flatMap((one) => (one.block_id === undefined ? [] : [one.block_id]));
  return new Set(ids).size === ids.length;
};

const blocksOf = (most: number) => z.array(block).min(1).max(most).refine(uniqueIds, 'block_ids must be unique');

export const messageBlocks = blocksOf(50).refine(
  (blocks) => blocks.every(({ type }) => type !== 'input'),
  'input blocks stand in modals',
);

/** https://docs.slack.dev/reference/views/modal-views */
export const modalView = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    blocks: blocksOf(100),
    submit: plainText(24).optional(),
    close: plainText(24).optional(),
    private_metadata: z.string().max(3000).optional(),
    callback_id: z.string().max(255).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    external_id: z.string().max(255).optional(),
  })
  .refine(
    (view) => view.submit !== undefined || view.blocks.every(({ type }) => type !== 'input'),
    'a modal with inputs needs a submit',
  );

export const homeView = z.strictObject({
  type: z.literal('home'),
  blocks: blocksOf(100),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
});

export type Modal = z.output<typeof modalView>;
export type Home = z.output<typeof homeView>;

/** Slack refuses a message of more than about this many characters in all. */
export const messageCharactersMax = 13_000;
