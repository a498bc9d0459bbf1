/** Every limit of an agent's code, by name. */
export const agentLimits = {
  /** Counted in UTF-8, as stored. */
  codeBytesMax: 512 * 1024,
  nameCharactersMax: 60,
  /** Brackets open at once; deeper code would exhaust the compiler's stack. */
  nestingMax: 1_000,
  /** A compiler that has not answered by then is killed. */
  compileWallMs: 5_000,
  /** Uploads that may wait for the compiler of one API process: of one account, and of all. */
  waitingMax: 10,
  waitingOfAllMax: 100,
  /** Of one account. */
  agentsMax: 500,
  filesMax: 64,
  versionsMax: 1_000,
  /** Public cases that one test run covers. */
  testCasesMax: 50,
  /** Levels of a manifest, and of the answers of a form. */
  jsonDepthMax: 64,
  /** Of each list of steps in a manifest. */
  stepsMax: 200,
  expressionCharactersMax: 4_000,
} as const;
