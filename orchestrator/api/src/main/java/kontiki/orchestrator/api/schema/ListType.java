package kontiki.orchestrator.api.schema;

/** How server-side apply merges a list (KEP-555, {@code x-kubernetes-list-type}). */
public enum ListType {
  /** Replaced whole. */
  ATOMIC,
  /** Distinct scalars, each owned by itself. */
  SET,
  /** Objects, told apart by their keys. */
  MAP
}
