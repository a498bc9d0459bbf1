const discordEpochMs = 1_420_070_400_000;

/**
 * Makes ids as Discord does: milliseconds since 2015 in the upper bits, so that ids sort by age and clients can read the
 * time from them (docs.discord.com/developers/reference#snowflakes). They always rise, whatever the clock does.
 */
export function snowflakeMaker(nowMs: () => number, notBelow = 0n): () => string {
  let last = notBelow;
  return () => {
    const fresh = BigInt(Math.max(0, Math.floor(nowMs()) - discordEpochMs)) << 22n;
    last = fresh > last ? fresh : last + 1n;
    return last.toString();
  };
}
