/** Every limit of an agent's code, by name. */
export const agentLimits = {
  /** Counted in UTF-8, as stored. */
  codeBytesMax: 512 * 1024,
  nameCharactersMax: 60,
  /** Brackets open at once; deeper code would exhaust the compiler's stack. */
  nestingMax: 1_000,
  /** A compiler that has not answered by then is killed. */
  compileWallMs: 5_000,
  filesMax: 64,
  versionsMax: 1_000,
  /** Public cases that one test run covers. */
  testCasesMax: 50,
} as const;
