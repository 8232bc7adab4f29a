package kontiki.orchestrator.api.patch;

import java.util.List;
import java.util.Set;
import kontiki.orchestrator.api.schema.Field;
import kontiki.orchestrator.api.schema.Merge;
import kontiki.orchestrator.api.schema.Schema;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patches (apimachinery, pkg/util/strategicpatch): like merge patches, but lists of
 * a mergeable field are merged item by item, by the field's merge key. The patch can say otherwise:
 * {@code $patch: replace|delete|merge}, {@code $retainKeys}, {@code
 * $deleteFromPrimitiveList/FIELD}, {@code $setElementOrder/FIELD}. Pure: neither argument is
 * changed.
 */
public final class StrategicMergePatch {
  static final String DIRECTIVE = "$patch";
  private static final String RETAIN_KEYS = "$retainKeys";
  private static final String DELETE_PREFIX = "$deleteFromPrimitiveList/";
  private static final String ORDER_PREFIX = "$setElementOrder/";
  private static final Set<String> DIRECTIVES = Set.of("replace", "delete", "merge");

  private StrategicMergePatch() {}

  /** The object of a type with the patch applied. */
  public static JsonObject apply(StructType type, JsonObject object, JsonObject patch) {
    return merged(Shape.of(type), object.deepCopy(), patch.deepCopy());
  }

  /** What is known of an object's fields: a struct's fields, or the one form of a map's values. */
  record Shape(@Nullable StructType struct, @Nullable Schema values) {
    static final Shape UNKNOWN = new Shape(null, null);

    static Shape of(StructType struct) {
      return new Shape(struct, null);
    }

    static Shape of(@Nullable Schema schema) {
      if (schema == null) {
        return UNKNOWN;
      }
      return switch (schema.kind()) {
        case STRUCT, SCHEMA_OR_BOOL, SCHEMA_OR_ARRAY, SCHEMA_OR_STRINGS -> of(schema.struct());
        case MAP -> new Shape(null, schema.element());
        default -> UNKNOWN;
      };
    }

    @Nullable Schema field(String key) {
      if (struct == null) {
        return values;
      }
      Field field = struct.find(key);
      return field == null ? null : field.schema();
    }
  }

  /** Merges the patch into the original, both of which may be changed. */
  static JsonObject merged(Shape shape, JsonObject original, JsonObject patch) {
    Object directive = patch.remove(DIRECTIVE);
    if (directive != null) {
      checkDirective(directive);
      if (directive.equals("replace")) {
        return patch;
      }
      if (directive.equals("delete")) {
        return new JsonObject();
      }
    }
    retainKeys(original, patch);
    orderLists(shape, original, patch);
    for (int i = 0; i < patch.size(); i++) {
      mergeField(shape, original, patch.keyAt(i), patch.valueAt(i));
    }
    return original;
  }

  static void checkDirective(Object directive) {
    if (!(directive instanceof String text) || !DIRECTIVES.contains(text)) {
      throw PatchException.malformed("unknown patch type: " + directive);
    }
  }

  private static void retainKeys(JsonObject original, JsonObject patch) {
    Object directive = patch.remove(RETAIN_KEYS);
    if (directive == null) {
      return;
    }
    if (!(directive instanceof JsonArray keys)) {
      throw PatchException.malformed("invalid patch format of retainKeys: a list is expected");
    }
    for (int i = 0; i < patch.size(); i++) {
      String key = patch.keyAt(i);
      if (patch.valueAt(i) != null && !key.startsWith("$") && !keys.contains(key)) {
        throw PatchException.malformed(
            "there are items in the patch but not in the retainKeys list: " + key);
      }
    }
    for (String key : original.keys()) {
      if (!keys.contains(key)) {
        original.remove(key);
      }
    }
  }

  /** Merges the lists whose order the patch gives, and takes them out of the patch. */
  private static void orderLists(Shape shape, JsonObject original, JsonObject patch) {
    for (String key : patch.keys()) {
      if (key.startsWith(ORDER_PREFIX)) {
        String name = key.substring(ORDER_PREFIX.length());
        if (!(patch.remove(key) instanceof JsonArray order)) {
          throw PatchException.malformed(
              "invalid patch format of setElementOrder: a list is expected");
        }
        Schema schema = shape.field(name);
        JsonArray before =
            original.get(name) instanceof JsonArray list ? list.deepCopy() : new JsonArray();
        Object deletions = patch.remove(DELETE_PREFIX + name);
        if (deletions != null) {
          mergeField(shape, original, DELETE_PREFIX + name, deletions);
        }
        if (patch.has(name)) {
          Object value = patch.remove(name);
          mergeField(shape, original, name, value);
        }
        if (original.get(name) instanceof JsonArray merged) {
          String mergeKey = schema == null ? null : schema.merge().patchKey();
          original.put(name, ListMerge.ordered(merged, before, order, mergeKey));
        }
      }
    }
  }

  private static void mergeField(
      Shape shape, JsonObject original, String key, @Nullable Object value) {
    if (key.startsWith(DELETE_PREFIX)) {
      String name = key.substring(DELETE_PREFIX.length());
      if (!(value instanceof JsonArray deleted)) {
        throw PatchException.malformed(
            "invalid patch format of deleteFromPrimitiveList: a list is expected");
      }
      if (original.get(name) instanceof JsonArray list) {
        list.removeAll(deleted);
      }
      return;
    }
    if (value == null) {
      original.remove(key);
      return;
    }
    Schema schema = shape.field(key);
    Merge merge = schema == null ? Merge.PLAIN : schema.merge();
    Object present = original.get(key);
    switch (value) {
      case JsonObject patch -> {
        boolean replaces = merge.patchStrategies().contains("replace");
        JsonObject target =
            present instanceof JsonObject there && !replaces ? there : new JsonObject();
        original.put(key, merged(Shape.of(schema), target, patch));
      }
      case JsonArray patch -> {
        JsonArray target = present instanceof JsonArray there ? there : new JsonArray();
        original.put(key, list(schema, merge, target, patch));
      }
      default -> original.put(key, value);
    }
  }

  private static List<Object> list(
      @Nullable Schema schema, Merge merge, JsonArray target, JsonArray patch) {
    if (schema == null || schema.kind() != Schema.Kind.LIST || !merge.patchMerges()) {
      return ListMerge.plain(patch);
    }
    return ListMerge.merged(Shape.of(schema.element()), merge.patchKey(), target, patch);
  }
}
