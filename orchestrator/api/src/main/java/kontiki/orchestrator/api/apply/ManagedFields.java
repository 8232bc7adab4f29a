package kontiki.orchestrator.api.apply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kontiki.orchestrator.api.schema.Canonical;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.value.Timestamps;
import org.jspecify.annotations.Nullable;

/**
 * The owners of an object's fields, {@code metadata.managedFields} (KEP-555): who set what. One
 * object's owners at a time, on one thread.
 */
public final class ManagedFields {
  /** How many entries of plain updates are kept apart; older ones are put together. */
  public static final int MAX_UPDATERS = 10;

  private static final String ANCIENT = "ancient-changes";
  private static final String[][] NOBODYS = {
    {"apiVersion"},
    {"kind"},
    {"metadata"},
    {"metadata", "name"},
    {"metadata", "namespace"},
    {"metadata", "creationTimestamp"},
    {"metadata", "selfLink"},
    {"metadata", "uid"},
    {"metadata", "clusterName"},
    {"metadata", "generation"},
    {"metadata", "managedFields"},
    {"metadata", "resourceVersion"}
  };
  private static final FieldSet UNOWNED = unowned();

  /** One owner and what it owns. */
  static final class Entry {
    final FieldManager manager;
    FieldSet fields;
    @Nullable String time;

    Entry(FieldManager manager, FieldSet fields, @Nullable String time) {
      this.manager = manager;
      this.fields = fields;
      this.time = time;
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  private ManagedFields() {}

  private static FieldSet unowned() {
    FieldSet set = new FieldSet();
    for (String[] path : NOBODYS) {
      set.insert(java.util.Arrays.stream(path).map(name -> "f:" + name).toList());
    }
    return set;
  }

  /**
   * Notes in an object that is about to be written by anything but apply who owns its fields now.
   *
   * @param type null for a custom resource without a schema
   * @param before the object as it is stored; null where it is created
   * @param after the object as it will be stored, in canonical form; its managedFields are set
   */
  public static void track(
      @Nullable StructType type,
      @Nullable JsonObject before,
      JsonObject after,
      FieldManager manager,
      Instant now) {
    JsonArray given = after.listAt("metadata", "managedFields");
    boolean reset = given != null && given.size() == 1 && new JsonObject().equals(given.getFirst());
    ManagedFields owners = new ManagedFields();
    if (!reset && !owners.read(given) && before != null) {
      owners.read(before.listAt("metadata", "managedFields"));
    }
    Shape shape = Shape.of(type);
    JsonObject old = before == null ? nothing(type) : before;
    Comparison comparison = Comparison.of(shape, old, after);
    owners.takeFromOthers(manager, comparison);
    FieldSet fields =
        owners
            .fieldsOf(manager)
            .difference(comparison.removed)
            .union(comparison.modified)
            .union(comparison.added)
            .difference(UNOWNED);
    owners.set(manager, withoutManagedFields(fields), now);
    owners.write(after);
  }

  /** What an object is before it is created: all that is always there. */
  private static JsonObject nothing(@Nullable StructType type) {
    if (type == null) {
      return new JsonObject();
    }
    JsonObject empty = new JsonObject();
    Canonical.emit(type, new @Nullable Object[type.size()], empty);
    return empty;
  }

  static FieldSet owned(FieldSet fields) {
    return withoutManagedFields(fields.difference(UNOWNED));
  }

  private static FieldSet withoutManagedFields(FieldSet fields) {
    FieldSet managed = new FieldSet();
    managed.insert(List.of("f:metadata", "f:managedFields"));
    return fields.recursiveDifference(managed);
  }

  static ManagedFields of(JsonObject object) {
    ManagedFields owners = new ManagedFields();
    owners.read(object.listAt("metadata", "managedFields"));
    return owners;
  }

  /** Reads the entries; false where there are none, or one of them is of another form. */
  private boolean read(@Nullable JsonArray list) {
    if (list == null || list.isEmpty()) {
      return false;
    }
    List<Entry> read = new ArrayList<>();
    try {
      for (JsonObject entry : list.objects()) {
        JsonObject fields = entry.object("fieldsV1");
        read.add(
            new Entry(
                new FieldManager(
                    entry.string("manager", ""),
                    entry.string("operation", "").equals("Apply"),
                    entry.string("apiVersion", ""),
                    entry.string("subresource", "")),
                fields == null ? new FieldSet() : FieldSet.of(fields),
                entry.string("time")));
      }
    } catch (IllegalArgumentException malformed) {
      return false;
    }
    entries.addAll(read);
    return true;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  FieldSet fieldsOf(FieldManager manager) {
    Entry entry = find(manager);
    return entry == null ? new FieldSet() : entry.fields;
  }

  private @Nullable Entry find(FieldManager manager) {
    for (Entry entry : entries) {
      if (entry.manager.sameAs(manager)) {
        return entry;
      }
    }
    return null;
  }

  /** All that anybody owns. */
  FieldSet everything() {
    FieldSet all = new FieldSet();
    for (Entry entry : entries) {
      all = all.union(entry.fields);
    }
    return all;
  }

  /** What others own of what changed, by owner. */
  List<Entry> conflicts(FieldManager manager, Comparison comparison) {
    FieldSet changed = comparison.modified.union(comparison.added);
    List<Entry> conflicts = new ArrayList<>();
    for (Entry entry : entries) {
      if (!entry.manager.sameAs(manager)) {
        FieldSet common = entry.fields.intersection(changed);
        if (!common.isEmpty()) {
          conflicts.add(new Entry(entry.manager, common, entry.time));
        }
      }
    }
    return conflicts;
  }

  /** Others lose what this manager changed, and everybody what is gone. */
  void takeFromOthers(FieldManager manager, Comparison comparison) {
    FieldSet changed = comparison.modified.union(comparison.added);
    for (Entry entry : entries) {
      if (!entry.manager.sameAs(manager)) {
        entry.fields = entry.fields.difference(changed).difference(comparison.removed);
      }
    }
    entries.removeIf(entry -> entry.fields.isEmpty() && !entry.manager.sameAs(manager));
  }

  /** Sets what a manager owns; its time changes only with that. */
  void set(FieldManager manager, FieldSet fields, Instant now) {
    Entry entry = find(manager);
    if (fields.isEmpty() && !manager.apply()) {
      entries.remove(entry);
    } else if (entry == null) {
      entries.add(new Entry(manager, fields, Timestamps.seconds(now)));
    } else if (!entry.fields.equals(fields)
        || !entry.manager.apiVersion().equals(manager.apiVersion())) {
      entries.set(entries.indexOf(entry), new Entry(manager, fields, Timestamps.seconds(now)));
    }
  }

  /** Writes the entries into an object's metadata. */
  void write(JsonObject object) {
    capUpdaters();
    entries.sort(
        Comparator.<Entry, Boolean>comparing(entry -> !entry.manager.apply())
            .thenComparing(entry -> entry.time == null ? "" : entry.time)
            .thenComparing(entry -> entry.manager.name())
            .thenComparing(entry -> entry.manager.apiVersion())
            .thenComparing(entry -> entry.manager.subresource()));
    JsonArray list = new JsonArray(entries.size());
    for (Entry entry : entries) {
      list.append(tree(entry));
    }
    JsonObject metadata = object.ensureObject("metadata");
    if (list.isEmpty()) {
      metadata.remove("managedFields");
    } else {
      metadata.put("managedFields", list);
    }
  }

  private static JsonObject tree(Entry entry) {
    JsonObject tree =
        JsonObject.of(
            "manager",
            entry.manager.name(),
            "operation",
            entry.manager.apply() ? "Apply" : "Update",
            "apiVersion",
            entry.manager.apiVersion());
    if (entry.time != null) {
      tree.append("time", entry.time);
    }
    tree.append("fieldsType", "FieldsV1");
    tree.append("fieldsV1", entry.fields.toTree());
    if (!entry.manager.subresource().isEmpty()) {
      tree.append("subresource", entry.manager.subresource());
    }
    return tree;
  }

  /** Puts the oldest entries of plain updates of one version into one. */
  private void capUpdaters() {
    List<Entry> updaters = new ArrayList<>();
    for (Entry entry : entries) {
      if (!entry.manager.apply() && entry.manager.subresource().isEmpty()) {
        updaters.add(entry);
      }
    }
    updaters.sort(Comparator.comparing(entry -> entry.time == null ? "" : entry.time));
    for (int i = 0; i < updaters.size() - MAX_UPDATERS; i++) {
      Entry old = updaters.get(i);
      FieldManager ancient =
          FieldManager.update(ANCIENT, old.manager.apiVersion(), old.manager.subresource());
      if (old.manager.sameAs(ancient)) {
        continue;
      }
      entries.remove(old);
      Entry together = find(ancient);
      if (together == null) {
        entries.add(new Entry(ancient, old.fields, old.time));
      } else {
        together.fields = together.fields.union(old.fields);
        together.time = old.time;
      }
    }
  }
}
