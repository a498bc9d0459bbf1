/** Each rule that raises a flag: what it means, and how often it must have been seen before a moderator is shown it. */
export const flagRules: Record<string, { meaning: string; showAfter: number }> = {
  escape_attempt: { meaning: 'The code looks for a way out of the sandbox.', showAfter: 1 },
  engine_trap: { meaning: 'The code made the engine itself fail.', showAfter: 1 },
  network_probing: {
    meaning: 'It asked for addresses or tools it may not use, several times in one run.',
    showAfter: 1,
  },
  output_imitates_platform: {
    meaning: 'Its output or log imitates what Quarry says, or gives instructions to whoever reads it.',
    showAfter: 1,
  },
  sandbox_fault: { meaning: 'Run after run the sandbox itself fails while it runs.', showAfter: 5 },
  hidden_characters: {
    meaning:
      'Its code holds characters that nobody sees or that turn the reading order: it may do other than what is read.',
    showAfter: 1,
  },
  hidden_in_name: {
    meaning: 'Its name or title holds characters that nobody sees: it may pass for another one.',
    showAfter: 1,
  },
  resource_abuse: { meaning: 'Run after run it fills memory, log or tool calls to the limit.', showAfter: 10 },
};
