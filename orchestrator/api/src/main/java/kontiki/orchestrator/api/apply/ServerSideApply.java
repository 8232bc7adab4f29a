package kontiki.orchestrator.api.apply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Server-side apply (KEP-555): lays what a manager wants over an object, takes away what it wanted
 * before and nobody wants any more, and refuses to change what others own. Pure: no argument is
 * changed.
 */
public final class ServerSideApply {
  private ServerSideApply() {}

  /** What came of it. */
  public sealed interface Outcome {}

  /** The object with its managedFields, as it is to be stored. */
  public record Applied(JsonObject object) implements Outcome {}

  /** Others own what would change: nothing was done. */
  public record Conflicts(List<Conflict> conflicts) implements Outcome {
    public Conflicts {
      conflicts = List.copyOf(conflicts);
    }

    /** The message of the answer, whose status is 409 with reason Conflict. */
    public String message() {
      if (conflicts.size() == 1) {
        Conflict one = conflicts.getFirst();
        return "Apply failed with 1 conflict: " + one.message() + ": " + one.field();
      }
      StringBuilder text =
          new StringBuilder("Apply failed with %d conflicts: ".formatted(conflicts.size()));
      String manager = "";
      for (Conflict conflict : conflicts) {
        if (!conflict.manager().equals(manager)) {
          text.append(manager.isEmpty() ? "" : "\n");
          manager = conflict.manager();
          text.append("conflicts with ").append(manager).append(':');
        }
        text.append("\n- ").append(conflict.field());
      }
      return text.toString();
    }
  }

  /**
   * One field that another manager owns.
   *
   * @param manager as messages name it, quoted
   * @param field as {@code .spec.replicas}
   */
  public record Conflict(String manager, String field) {
    /** The message of the cause, whose reason is FieldManagerConflict. */
    public String message() {
      return "conflict with " + manager;
    }
  }

  /**
   * Applies a configuration.
   *
   * @param type null for a custom resource without a schema
   * @param live the stored object in canonical form; null where the object is created
   * @param config what the manager wants, and only that: no defaults, no unknown fields
   * @param ignored paths that the request cannot change, as {@code ["status"]}: they are left out
   *     of the configuration
   * @param canonical brings the merged object into canonical form, before it is compared
   * @param force whether to take over what others own
   */
  public static Outcome apply(
      @Nullable StructType type,
      @Nullable JsonObject live,
      JsonObject config,
      FieldManager manager,
      List<List<String>> ignored,
      UnaryOperator<JsonObject> canonical,
      boolean force,
      Instant now) {
    Shape shape = Shape.of(type);
    JsonObject wanted = wanted(config, ignored);
    ManagedFields owners = ManagedFields.of(live == null ? new JsonObject() : live);
    if (live != null && owners.isEmpty()) {
      owners.set(
          FieldManager.update("before-first-apply", manager.apiVersion(), ""),
          ManagedFields.owned(Comparison.allOf(shape, live)),
          now);
    }
    FieldSet last = owners.fieldsOf(manager);
    FieldSet fields = ManagedFields.owned(Comparison.allOf(shape, wanted));
    JsonObject before = live == null ? new JsonObject() : live;
    JsonObject merged = StructuredMerge.merged(shape, before, wanted);
    owners.set(manager, fields, now);
    if (!last.isEmpty()) {
      merged = StructuredMerge.without(shape, merged, last, owners.everything());
    }
    JsonObject after = canonical.apply(merged);
    Comparison comparison = Comparison.of(shape, before, after);
    if (!force) {
      List<Conflict> conflicts = new ArrayList<>();
      for (ManagedFields.Entry entry : owners.conflicts(manager, comparison)) {
        entry
            .fields
            .intersection(fields)
            .forEachPath(path -> conflicts.add(new Conflict(entry.manager.text(), path)));
      }
      if (!conflicts.isEmpty()) {
        return new Conflicts(conflicts);
      }
    }
    owners.takeFromOthers(manager, comparison);
    owners.write(after);
    return new Applied(after);
  }

  /** The configuration without what the request cannot change. */
  private static JsonObject wanted(JsonObject config, List<List<String>> ignored) {
    FieldSet paths = new FieldSet();
    paths.insert(List.of("f:metadata", "f:managedFields"));
    for (List<String> path : ignored) {
      paths.insert(path.stream().map(name -> "f:" + name).toList());
    }
    return StructuredMerge.dropped(config, paths);
  }
}
