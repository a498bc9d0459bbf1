import semver from 'semver';

/** Comparing, raising, ranges and coercion, from the readme of https://github.com/npm/node-semver. */
export default function run({ versions, range }: { versions: string[]; range: string }) {
  return {
    sorted: semver.rsort([...versions]),
    best: semver.maxSatisfying(versions, range),
    least: semver.minVersion('^1.2.3 || >=3')?.version,
    valid: [semver.valid('1.2.3'), semver.valid('a.b.c'), semver.clean('  =v1.2.3   ')],
    satisfies: semver.satisfies('1.2.3', '1.x || >=2.5.0 || 5.0.0 - 7.2.3'),
    raised: [
      semver.inc('1.2.3', 'prerelease', 'beta'),
      semver.inc('1.2.3-beta.0', 'patch'),
      semver.inc('1.2.3', 'major'),
    ],
    parts: [
      semver.prerelease('1.2.3-alpha.1'),
      semver.diff('1.2.3', '1.3.0'),
      semver.coerce('42.6.7.9.3-alpha')?.version,
    ],
    written: new semver.Range('~1.2.3 || ^0.2').range,
    overlap: [semver.intersects('^1.2', '>=1.9 <3'), semver.subset('~1.2.3', '^1.0.0'), semver.gtr('2.0.0', '^1.0.0')],
  };
}
