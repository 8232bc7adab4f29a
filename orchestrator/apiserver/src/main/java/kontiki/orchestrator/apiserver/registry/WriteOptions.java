package kontiki.orchestrator.apiserver.registry;

/**
 * How a write is to be done.
 *
 * @param dryRun everything but storing
 * @param fieldManager who is to own the fields, empty for a name made of the user agent
 * @param fieldValidation what happens to unknown and duplicate fields
 * @param apply whether it is a server-side apply
 * @param force whether an apply takes fields away from other managers
 */
public record WriteOptions(
    boolean dryRun,
    String fieldManager,
    FieldValidation fieldValidation,
    boolean apply,
    boolean force) {
  /** What happens to unknown and duplicate fields. */
  public enum FieldValidation {
    IGNORE,
    WARN,
    STRICT
  }

  /** For writes of the API server itself. */
  public static final WriteOptions INTERNAL =
      new WriteOptions(false, "kube-apiserver", FieldValidation.IGNORE, false, false);
}
