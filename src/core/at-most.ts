// A bound on how long something is waited for: a disk or an endpoint that does not answer must not hold up the rest.

/** What the promise gives; undefined once so many milliseconds have passed without it. Rejects as it does until then. */
export async function atMost<Result>(ms: number, promise: Promise<Result>): Promise<Result | undefined> {
  const { promise: tooLate, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
