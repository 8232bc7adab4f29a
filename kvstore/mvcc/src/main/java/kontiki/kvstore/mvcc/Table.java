package kontiki.kvstore.mvcc;

/** The four key spaces of an {@link Engine}. Keys are ordered as unsigned bytes in each. */
public enum Table {
  /** What is not a key of the user: {@link StoreState}, leases, members, alarms, users. */
  META,
  /** User key to its newest {@link StoredVersion}; deleted keys are absent. */
  LATEST,
  /** {@link Revision} to the {@link StoredVersion} that it wrote: puts and tombstones. */
  HISTORY,
  /** {@link SupersededKey} of each version in HISTORY that has a successor, to that successor. */
  SUPERSEDED
}
