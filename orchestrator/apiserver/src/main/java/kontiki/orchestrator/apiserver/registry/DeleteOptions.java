package kontiki.orchestrator.apiserver.registry;

import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.apiserver.status.Failures;
import org.jspecify.annotations.Nullable;

/**
 * How an object is to be deleted.
 *
 * @param gracePeriodSeconds null where the object decides
 * @param uid only an object with this uid, null for any
 * @param resourceVersion only an object of this version, null for any
 */
public record DeleteOptions(
    @Nullable Long gracePeriodSeconds,
    @Nullable String uid,
    @Nullable String resourceVersion,
    Propagation propagation,
    boolean dryRun) {
  /** What happens to objects that the deleted one owns. */
  public enum Propagation {
    DEFAULT,
    BACKGROUND,
    FOREGROUND,
    ORPHAN
  }

  public static final DeleteOptions DEFAULT =
      new DeleteOptions(null, null, null, Propagation.DEFAULT, false);

  /**
   * @param body a DeleteOptions object, empty where the client sent none
   */
  public static DeleteOptions of(JsonObject body) {
    JsonObject preconditions = body.object("preconditions");
    Propagation propagation = propagation(body.string("propagationPolicy", ""));
    Object orphan = body.get("orphanDependents");
    if (orphan != null) {
      if (propagation != Propagation.DEFAULT) {
        throw Failures.badRequest("orphanDependents and deletionPropagation cannot be both set");
      }
      propagation =
          Objects.equals(orphan, Boolean.TRUE) ? Propagation.ORPHAN : Propagation.BACKGROUND;
    }
    List<String> dryRun = body.strings("dryRun");
    return new DeleteOptions(
        body.integer("gracePeriodSeconds"),
        preconditions == null ? null : preconditions.string("uid"),
        preconditions == null ? null : preconditions.string("resourceVersion"),
        propagation,
        dryRun.contains("All"));
  }

  public static Propagation propagation(String text) {
    return switch (text) {
      case "" -> Propagation.DEFAULT;
      case "Background" -> Propagation.BACKGROUND;
      case "Foreground" -> Propagation.FOREGROUND;
      case "Orphan" -> Propagation.ORPHAN;
      default ->
          throw Failures.badRequest(
              "invalid propagationPolicy \""
                  + text
                  + "\": must be Background, Foreground or Orphan");
    };
  }

  public DeleteOptions withGracePeriod(@Nullable Long seconds) {
    return new DeleteOptions(seconds, uid, resourceVersion, propagation, dryRun);
  }

  public DeleteOptions withPropagation(Propagation other) {
    return new DeleteOptions(gracePeriodSeconds, uid, resourceVersion, other, dryRun);
  }

  public DeleteOptions asDryRun(boolean dry) {
    return new DeleteOptions(gracePeriodSeconds, uid, resourceVersion, propagation, dry);
  }
}
