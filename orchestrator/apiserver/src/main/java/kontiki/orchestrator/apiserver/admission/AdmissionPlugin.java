package kontiki.orchestrator.apiserver.admission;

/**
 * Has a say in what is written. A refusal is a {@link
 * kontiki.orchestrator.apiserver.status.StatusException}. Thread-safe.
 */
public interface AdmissionPlugin {
  String name();

  /** May change the object; runs before validation. */
  default void admit(AdmissionRequest request) {}

  /** May refuse the object; runs after validation. */
  default void validate(AdmissionRequest request) {}
}
