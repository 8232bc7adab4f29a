package kontiki.orchestrator.apiserver.registry;

import java.time.Instant;
import java.util.List;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.status.FieldError;
import kontiki.orchestrator.apiserver.storage.Storage;

/**
 * Where a kind differs from others. The methods change the object they are given and nothing else,
 * except for {@link #claim} and {@link #release}, which reserve what the object needs of the
 * cluster. Thread-safe.
 */
public interface Strategy {
  /** What the kinds without anything of their own do. */
  Strategy PLAIN = new Strategy() {};

  /** Sets what the server alone decides about a new object. */
  default void prepareForCreate(JsonObject object, Instant now) {}

  /** Carries over what an update must not change, or must. */
  default void prepareForUpdate(JsonObject object, JsonObject old) {}

  /** Carries over what an update of the status must not change. */
  default void prepareForStatusUpdate(JsonObject object, JsonObject old) {}

  default List<FieldError> validate(JsonObject object) {
    return List.of();
  }

  default List<FieldError> validateUpdate(JsonObject object, JsonObject old) {
    return List.of();
  }

  /** What to tell the client about an object that is written. */
  default List<String> warnings(JsonObject object) {
    return List.of();
  }

  /** Whether metadata.generation counts changes of the spec. */
  default boolean hasGeneration() {
    return false;
  }

  /** Whether a PUT to a name that does not exist creates the object. */
  default boolean createsOnUpdate() {
    return false;
  }

  /** After how many seconds objects disappear. */
  default int ttlSeconds() {
    return Storage.FOREVER;
  }

  /**
   * How long a deletion waits for the object's own end, in seconds.
   *
   * @param wanted what the client asked for, null where it did not
   */
  default long gracePeriodSeconds(
      JsonObject object, @org.jspecify.annotations.Nullable Long wanted) {
    return 0;
  }

  /** Whether the answer to a completed deletion is the object, not a Status. */
  default boolean returnsDeletedObject() {
    return false;
  }

  /** Whether dependents are left alone when the client does not say what to do with them. */
  default boolean orphansByDefault() {
    return false;
  }

  /** Whether an object that is being deleted waits for something besides its finalizers. */
  default boolean holdsDeletion(JsonObject object) {
    return false;
  }

  /** Changes an object on its way to being deleted. */
  default void prepareForDelete(JsonObject object) {}

  /**
   * Reserves what the object needs of the cluster and writes it into the object; called after
   * validation, before it is stored. What the old object had is kept where it still fits.
   *
   * @param old null when the object is created
   * @return what undoes the reservation if the object is not stored in the end
   */
  default Runnable claim(
      JsonObject object, @org.jspecify.annotations.Nullable JsonObject old, boolean dryRun) {
    return () -> {};
  }

  /**
   * Gives back what the old object had and the new one does not.
   *
   * @param object null when the object is deleted
   */
  default void release(@org.jspecify.annotations.Nullable JsonObject object, JsonObject old) {}
}
