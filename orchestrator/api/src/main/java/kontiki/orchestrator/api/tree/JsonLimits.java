package kontiki.orchestrator.api.tree;

/**
 * What a document may be at most.
 *
 * @param depth nesting of objects and lists
 * @param bytes length of the document in bytes
 * @param keys keys of all objects and items of all lists together
 */
public record JsonLimits(int depth, long bytes, long keys) {
  /** For bodies of requests: 3 MiB, as the API server takes them, nested 500 deep at most. */
  public static final JsonLimits REQUEST = new JsonLimits(500, 3L << 20, 1_000_000);

  /** For documents that another part of the cluster wrote, lists among them. */
  public static final JsonLimits TRUSTED = new JsonLimits(500, 1L << 30, Long.MAX_VALUE);
}
