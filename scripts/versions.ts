// Versions and the parts of the change log: what a release reads and writes. Not part of the gateway.

/**
 * The version after this one.
 *
 * @throws where the step is none of `major`, `minor` and `patch`.
 */
export function nextVersion(version: string, step: string): string {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (step === "major") return `${major + 1}.0.0`;
  if (step === "minor") return `${major}.${minor + 1}.0`;
  if (step === "patch") return `${major}.${minor}.${patch + 1}`;
  throw new Error(`"${step}" is no step: npm run release -- major, minor or patch`);
}

/** What the change log says of a version, or of "Unreleased"; empty where it says nothing. */
export function changesOf(log: string, version: string): string {
  const parts = log.split(/^(?=## )/m);
  const part = parts.find((one) => /^## \[?([^\]\s]+)\]?/.exec(one)?.[1] === version);
  return part === undefined ? "" : part.slice(part.indexOf("\n") + 1).trim();
}

/**
 * The change log with what is unreleased under a version and its day, and an empty "Unreleased" above it.
 *
 * @throws where nothing is unreleased.
 */
export function released(log: string, version: string, day: string): string {
  if (changesOf(log, "Unreleased") === "")
    throw new Error('nothing stands under "Unreleased" in CHANGELOG.md');
  return log.replace(/^## \[?Unreleased\]?[^\n]*\n/m, `## [Unreleased]\n\n## [${version}] - ${day}\n`);
}
