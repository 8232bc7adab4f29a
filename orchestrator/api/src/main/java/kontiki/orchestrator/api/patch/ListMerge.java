package kontiki.orchestrator.api.patch;

import java.util.Comparator;
import java.util.Objects;
import kontiki.orchestrator.api.patch.StrategicMergePatch.Shape;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** The lists of strategic merge patches. */
final class ListMerge {
  private ListMerge() {}

  /** A list that takes the place of another: without the nulls and directives of a patch. */
  static JsonArray plain(JsonArray patch) {
    JsonArray plain = new JsonArray(patch.size());
    for (Object item : patch) {
      if (item instanceof JsonObject object) {
        if (!(object.size() == 1 && object.has(StrategicMergePatch.DIRECTIVE))) {
          plain.append(withoutNulls(object));
        }
      } else {
        plain.append(item);
      }
    }
    return plain;
  }

  private static JsonObject withoutNulls(JsonObject object) {
    for (int i = object.size() - 1; i >= 0; i--) {
      Object value = object.valueAt(i);
      if (value == null) {
        object.removeAt(i);
      } else if (value instanceof JsonObject inner) {
        withoutNulls(inner);
      }
    }
    return object;
  }

  /** The original with the patch's items merged in: those of a known key changed, others added. */
  static JsonArray merged(
      Shape items, @Nullable String mergeKey, JsonArray original, JsonArray patch) {
    boolean objects = patch.stream().anyMatch(JsonObject.class::isInstance);
    if (!objects) {
      return union(original, patch);
    }
    if (mergeKey == null) {
      throw PatchException.malformed("cannot merge lists without merge key for a list of objects");
    }
    JsonArray left = directed(mergeKey, original, patch);
    for (Object item : patch) {
      if (!(item instanceof JsonObject object)) {
        throw PatchException.malformed("cannot merge different types");
      }
      if (!object.has(StrategicMergePatch.DIRECTIVE)) {
        mergeItem(items, mergeKey, left, object);
      }
    }
    return left;
  }

  private static JsonArray union(JsonArray original, JsonArray patch) {
    JsonArray union = new JsonArray(original.size() + patch.size());
    for (JsonArray list : new JsonArray[] {original, patch}) {
      for (Object item : list) {
        if (!union.contains(item)) {
          union.append(item);
        }
      }
    }
    return union;
  }

  /** What the patch's directives leave of the original. */
  private static JsonArray directed(String mergeKey, JsonArray original, JsonArray patch) {
    JsonArray left = original;
    for (JsonObject item : patch.objects()) {
      Object directive = item.get(StrategicMergePatch.DIRECTIVE);
      if (directive == null) {
        continue;
      }
      StrategicMergePatch.checkDirective(directive);
      switch (directive.toString()) {
        case "delete" -> {
          Object key = item.get(mergeKey);
          if (key == null) {
            throw noKey(mergeKey);
          }
          left.removeIf(
              one -> one instanceof JsonObject object && key.equals(object.get(mergeKey)));
        }
        case "replace" -> left = new JsonArray();
        default ->
            throw PatchException.malformed("merging list cannot yet be specified in the patch");
      }
    }
    return left;
  }

  private static void mergeItem(Shape items, String mergeKey, JsonArray list, JsonObject patch) {
    Object key = patch.get(mergeKey);
    if (key == null) {
      throw noKey(mergeKey);
    }
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) instanceof JsonObject present && key.equals(present.get(mergeKey))) {
        list.set(i, StrategicMergePatch.merged(items, present, patch));
        return;
      }
    }
    list.append(StrategicMergePatch.merged(items, new JsonObject(), patch));
  }

  private static PatchException noKey(String mergeKey) {
    return PatchException.malformed("map: map does not contain declared merge key: " + mergeKey);
  }

  /**
   * Brings a merged list into order: what the patch names in the patch's order, the rest in the
   * order in which it was, woven in as it stood before.
   */
  static JsonArray ordered(
      JsonArray merged, JsonArray before, JsonArray order, @Nullable String mergeKey) {
    JsonArray named = new JsonArray();
    JsonArray others = new JsonArray();
    for (Object item : merged) {
      (indexIn(order, item, mergeKey) >= 0 ? named : others).append(item);
    }
    named.sort(Comparator.comparingInt(item -> indexIn(order, item, mergeKey)));
    others.sort(Comparator.comparingInt(item -> indexIn(before, item, mergeKey)));
    JsonArray woven = new JsonArray(merged.size());
    int other = 0;
    for (Object item : named) {
      int place = indexIn(before, item, mergeKey);
      while (other < others.size()) {
        int otherPlace = indexIn(before, others.get(other), mergeKey);
        if (place < 0 || otherPlace < 0 || otherPlace > place) {
          break;
        }
        woven.append(others.get(other++));
      }
      woven.append(item);
    }
    woven.addAll(others.subList(other, others.size()));
    return woven;
  }

  private static int indexIn(JsonArray list, @Nullable Object item, @Nullable String mergeKey) {
    Object key = keyOf(item, mergeKey);
    for (int i = 0; i < list.size(); i++) {
      if (Objects.equals(keyOf(list.get(i), mergeKey), key)) {
        return i;
      }
    }
    return -1;
  }

  private static @Nullable Object keyOf(@Nullable Object item, @Nullable String mergeKey) {
    return mergeKey != null && item instanceof JsonObject object ? object.get(mergeKey) : item;
  }
}
