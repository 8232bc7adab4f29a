package kontiki.orchestrator.api.tree;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object: keys in insertion order, keys and values interleaved in one array.
 *
 * <p>Values are {@code JsonObject}, {@link JsonArray}, {@code String}, {@code Long}, {@code
 * Double}, {@link BigInteger} (an integer beyond 64 bits), {@code Boolean} or null; any other list
 * is copied into a {@code JsonArray}, an {@code Integer} becomes a {@code Long}, anything else is
 * refused with an IllegalArgumentException. Equality is JSON's: the order of keys does not count,
 * the order of list items does.
 *
 * <p>Mutable and not thread-safe. A tree that more than one thread can see is not changed any more:
 * take a {@link #deepCopy} first. Lookups are linear in small objects; from {@value #INDEX_FROM}
 * keys on an index is kept, so that objects with very many keys stay linear to build.
 */
public final class JsonObject {
  private static final int INDEX_FROM = 24;
  private static final @Nullable Object[] NOTHING = {};

  private @Nullable Object[] entries;
  private int size;
  private @Nullable Map<String, Integer> index;

  public JsonObject() {
    entries = NOTHING;
  }

  /** An empty object with room for {@code capacity} keys. */
  public JsonObject(int capacity) {
    entries = capacity == 0 ? NOTHING : new @Nullable Object[capacity * 2];
  }

  /** An object of the given keys and values, alternating. */
  public static JsonObject of(@Nullable Object... keysAndValues) {
    if (keysAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a key without a value");
    }
    JsonObject object = new JsonObject(keysAndValues.length / 2);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      object.put((String) Objects.requireNonNull(keysAndValues[i]), keysAndValues[i + 1]);
    }
    return object;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public String keyAt(int position) {
    Objects.checkIndex(position, size);
    return (String) Objects.requireNonNull(entries[2 * position]);
  }

  public @Nullable Object valueAt(int position) {
    Objects.checkIndex(position, size);
    return entries[2 * position + 1];
  }

  public void setValueAt(int position, @Nullable Object value) {
    Objects.checkIndex(position, size);
    entries[2 * position + 1] = treeValue(value);
  }

  /** The position of a key, or -1. */
  public int indexOf(String key) {
    if (size >= INDEX_FROM) {
      Integer position = indexed().get(key);
      return position == null ? -1 : position;
    }
    int end = 2 * size;
    for (int i = 0; i < end; i += 2) {
      if (entries[i] == key) {
        return i >> 1;
      }
    }
    for (int i = 0; i < end; i += 2) {
      if (key.equals(entries[i])) {
        return i >> 1;
      }
    }
    return -1;
  }

  private Map<String, Integer> indexed() {
    Map<String, Integer> known = index;
    if (known == null) {
      known = new HashMap<>(size * 2);
      for (int i = 0; i < size; i++) {
        known.put(keyAt(i), i);
      }
      index = known;
    }
    return known;
  }

  public boolean has(String key) {
    return indexOf(key) >= 0;
  }

  /** The value of a key; null both where the key is absent and where its value is null. */
  public @Nullable Object get(String key) {
    int position = indexOf(key);
    return position < 0 ? null : entries[2 * position + 1];
  }

  /** Sets a key: in its place where it is present, at the end where it is not. */
  public JsonObject put(String key, @Nullable Object value) {
    int position = indexOf(key);
    if (position >= 0) {
      entries[2 * position + 1] = treeValue(value);
    } else {
      append(key, value);
    }
    return this;
  }

  /** Adds a key that the caller knows to be absent, without looking for it. */
  public void append(String key, @Nullable Object value) {
    if (2 * size == entries.length) {
      entries = Arrays.copyOf(entries, Math.max(8, entries.length * 2));
    }
    entries[2 * size] = key;
    entries[2 * size + 1] = treeValue(value);
    if (index != null) {
      index.put(key, size);
    }
    size++;
  }

  /** Removes a key and returns what it held. */
  public @Nullable Object remove(String key) {
    int position = indexOf(key);
    if (position < 0) {
      return null;
    }
    Object removed = entries[2 * position + 1];
    removeAt(position);
    return removed;
  }

  public void removeAt(int position) {
    Objects.checkIndex(position, size);
    int after = 2 * (position + 1);
    System.arraycopy(entries, after, entries, after - 2, 2 * size - after);
    size--;
    entries[2 * size] = null;
    entries[2 * size + 1] = null;
    index = null;
  }

  /** The value of a key where it is a string, else null. */
  public @Nullable String string(String key) {
    return get(key) instanceof String text ? text : null;
  }

  public String string(String key, String otherwise) {
    return get(key) instanceof String text ? text : otherwise;
  }

  /** The value of a key where it is an object, else null. */
  public @Nullable JsonObject object(String key) {
    return get(key) instanceof JsonObject object ? object : null;
  }

  /** The object under a key; where there is none, an empty one is put there first. */
  public JsonObject ensureObject(String key) {
    if (get(key) instanceof JsonObject object) {
      return object;
    }
    JsonObject made = new JsonObject();
    put(key, made);
    return made;
  }

  /** The value of a key where it is a list, else null. */
  public @Nullable JsonArray list(String key) {
    return get(key) instanceof JsonArray list ? list : null;
  }

  /** The list under a key; where there is none, an empty one is put there first. */
  public JsonArray ensureList(String key) {
    if (get(key) instanceof JsonArray list) {
      return list;
    }
    JsonArray made = new JsonArray();
    put(key, made);
    return made;
  }

  /** The objects of the list under a key: items that are no objects are left out. */
  public List<JsonObject> objects(String key) {
    return get(key) instanceof JsonArray items ? items.objects() : List.of();
  }

  /** The strings of the list under a key: items that are no strings are left out. */
  public List<String> strings(String key) {
    return get(key) instanceof JsonArray items ? items.strings() : List.of();
  }

  /** The value of a key where it is an integer of 64 bits, else null. */
  public @Nullable Long integer(String key) {
    return get(key) instanceof Long number ? number : null;
  }

  public long integer(String key, long otherwise) {
    return get(key) instanceof Long number ? number : otherwise;
  }

  /** Whether the value of a key is true. */
  public boolean bool(String key) {
    return Boolean.TRUE.equals(get(key));
  }

  /** What lies at the end of a path of keys, or null. */
  public @Nullable Object at(String... path) {
    Object here = this;
    for (String key : path) {
      if (!(here instanceof JsonObject object)) {
        return null;
      }
      here = object.get(key);
    }
    return here;
  }

  public @Nullable String stringAt(String... path) {
    return at(path) instanceof String text ? text : null;
  }

  public @Nullable JsonObject objectAt(String... path) {
    return at(path) instanceof JsonObject object ? object : null;
  }

  public @Nullable JsonArray listAt(String... path) {
    return at(path) instanceof JsonArray list ? list : null;
  }

  public @Nullable Long integerAt(String... path) {
    return at(path) instanceof Long number ? number : null;
  }

  public void forEach(BiConsumer<String, @Nullable Object> action) {
    for (int i = 0; i < size; i++) {
      action.accept(keyAt(i), valueAt(i));
    }
  }

  public List<String> keys() {
    List<String> keys = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      keys.add(keyAt(i));
    }
    return keys;
  }

  /** A copy that shares no object and no list with this one. */
  public JsonObject deepCopy() {
    JsonObject copy = new JsonObject(size);
    for (int i = 0; i < size; i++) {
      copy.append(keyAt(i), deepCopyOf(valueAt(i)));
    }
    return copy;
  }

  /** A copy of any value of a tree. */
  public static @Nullable Object deepCopyOf(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      return object.deepCopy();
    }
    return value instanceof JsonArray items ? items.deepCopy() : value;
  }

  /** The value as it is held in a tree. */
  static @Nullable Object treeValue(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case JsonObject object -> object;
      case JsonArray array -> array;
      case Long number -> number;
      case Boolean truth -> truth;
      case Double number -> number;
      case BigInteger number -> number;
      case Integer number -> number.longValue();
      case List<?> items -> JsonArray.copyOf(items);
      default -> throw new IllegalArgumentException("no value of a JSON tree: " + value.getClass());
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof JsonObject object) || object.size != size) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      String key = keyAt(i);
      int there = i < object.size && key.equals(object.entries[2 * i]) ? i : object.indexOf(key);
      if (there < 0 || !Objects.equals(entries[2 * i + 1], object.entries[2 * there + 1])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = size;
    for (int i = 0; i < size; i++) {
      hash += keyAt(i).hashCode() ^ Objects.hashCode(valueAt(i)) * 31;
    }
    return hash;
  }

  /** This object as compact JSON. */
  @Override
  public String toString() {
    return Json.writeText(this);
  }
}
