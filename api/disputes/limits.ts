/** How long each step of a dispute takes, and how much may be said in it. */
export const disputeLimits = {
  /** Days in which the other side may answer, and both may add evidence. */
  answerDays: 3,
  /** Days from its opening in which an admin of the platform decides. */
  decideDays: 7,
  /** Characters of the reason, of the answer and of the decision. */
  textCharactersMax: 2_000,
  /** Characters of one piece of evidence. */
  evidenceCharactersMax: 4_000,
  /** Characters of a link. */
  urlCharactersMax: 500,
  /** Pieces of evidence in one request, and of one side in all. */
  evidenceAtOnceMax: 5,
  evidenceOfSideMax: 20,
} as const;
