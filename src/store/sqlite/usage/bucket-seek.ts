// How the sums of a stretch of time are found. Their tables are in the order of time, so that those of one key among fifty
// are one in fifty of what would have to be read: each bucket is looked for by itself.

/** SQL: what goes before the SELECT, the table with its buckets, and the condition. The bounds are the first two values. */
export type BucketSearch = { readonly before: string; readonly from: string; readonly where: string };

/**
 * The search in a table. `isNarrow`: the column behind the bucket in its primary key has one value.
 * @example search("hour_all", true)
 */
export function bucketSearch(table: string, isNarrow: boolean): BucketSearch {
  if (!isNarrow) return { before: "", from: table, where: "bucket >= ? AND bucket < ?" };
  return {
    before: `WITH RECURSIVE step (at) AS
      (SELECT CAST(? AS INTEGER) UNION ALL SELECT at + 1 FROM step WHERE at + 1 < ?)`,
    from: `step CROSS JOIN ${table}`,
    where: "bucket = step.at",
  };
}
