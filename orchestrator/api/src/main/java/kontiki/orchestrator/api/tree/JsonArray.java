package kontiki.orchestrator.api.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The list of a tree: a list of tree values (see {@link JsonObject}), nulls allowed. Mutable and
 * not thread-safe.
 */
public final class JsonArray extends ArrayList<Object> {
  public JsonArray() {
    super(4);
  }

  public JsonArray(int capacity) {
    super(capacity);
  }

  public static JsonArray of(Object... items) {
    return copyOf(List.of(items));
  }

  /** A list of the same items, which become tree values as {@link JsonObject#put} makes them. */
  public static JsonArray copyOf(List<?> items) {
    JsonArray array = new JsonArray(items.size());
    for (Object item : items) {
      array.append(JsonObject.treeValue(item));
    }
    return array;
  }

  /** Adds an item, which may be null. */
  public void append(@Nullable Object item) {
    addNullable(this, item);
  }

  private static void addNullable(ArrayList<@Nullable Object> list, @Nullable Object item) {
    list.add(item);
  }

  /** The items that are objects. */
  public List<JsonObject> objects() {
    List<JsonObject> objects = new ArrayList<>(size());
    for (Object item : this) {
      if (item instanceof JsonObject object) {
        objects.add(object);
      }
    }
    return objects;
  }

  /** The items that are strings. */
  public List<String> strings() {
    List<String> strings = new ArrayList<>(size());
    for (Object item : this) {
      if (item instanceof String text) {
        strings.add(text);
      }
    }
    return strings;
  }

  public JsonArray deepCopy() {
    JsonArray copy = new JsonArray(size());
    for (Object item : this) {
      copy.append(JsonObject.deepCopyOf(item));
    }
    return copy;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof JsonArray array) || array.size() != size()) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      if (!Objects.equals(get(i), array.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
