/** Every limit of verification, by name. */
export const verificationLimits = {
  /** Patterns longer than this are refused. */
  patternCharactersMax: 500,
  /** A regex metric reads no more of an output than this. */
  regexInputCharactersMax: 65_536,
  /** A pattern that has not answered by then scores 0 on that output. */
  regexWallMs: 50,
  /** The same for the checks a pattern must pass before it is published. */
  regexProbeWallMs: 50,
  schemaBytesMax: 65_536,
  schemaCompileWallMs: 1_000,
  schemaWallMs: 200,
  scriptBytesMax: 65_536,
  /** JSON deeper than this is neither stored nor compared. */
  jsonDepthMax: 64,
} as const;
