// Matches names of models against patterns. Not for paths: `*` crosses slashes and colons, since ids have them.
// Called for `models: {include, exclude}` and for the settings of models.

/**
 * Whether the whole of `text` matches: `*` stands for any run of characters, `?` for one, all else for itself.
 * Linear in practice and never exponential (no backtracking further than the last star).
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let patternAt = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (at < text.length) {
    const sign = pattern[patternAt];
    if (sign === "*") {
      starAt = patternAt;
      resumeAt = at;
      patternAt += 1;
    } else if (sign === "?" || (sign !== undefined && sign === text[at])) {
      patternAt += 1;
      at += 1;
    } else if (starAt >= 0) {
      // The last star swallows one character more.
      resumeAt += 1;
      at = resumeAt;
      patternAt = starAt + 1;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === "*") patternAt += 1;
  return patternAt === pattern.length;
}
