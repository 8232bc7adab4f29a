package kontiki.orchestrator.api.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/** JSON patches (RFC 6902). Pure: neither argument is changed. */
public final class JsonPatch {
  /** How many operations a patch may have, as in the API server of the field. */
  public static final int MAX_OPERATIONS = 10_000;

  private JsonPatch() {}

  /**
   * The object with all operations applied, in order.
   *
   * @param patch a list of operations
   * @throws PatchException where it is malformed, does not fit, or a test fails
   */
  public static JsonObject apply(JsonObject object, @Nullable Object patch) {
    if (!(patch instanceof JsonArray operations)) {
      throw PatchException.malformed("a JSON patch is a list of operations");
    }
    if (operations.size() > MAX_OPERATIONS) {
      throw PatchException.malformed(
          "The allowed maximum operations in a JSON patch is %d, got %d"
              .formatted(MAX_OPERATIONS, operations.size()));
    }
    JsonObject holder = JsonObject.of("", object.deepCopy());
    for (Object operation : operations) {
      if (!(operation instanceof JsonObject one)) {
        throw PatchException.malformed("an operation of a JSON patch is an object");
      }
      operate(holder, one);
    }
    if (holder.get("") instanceof JsonObject result) {
      return result;
    }
    throw PatchException.inapplicable("the patch leaves no object");
  }

  private static void operate(JsonObject holder, JsonObject operation) {
    List<String> path = pointer(operation, "path");
    switch (operation.string("op", "")) {
      case "add" -> add(holder, path, JsonObject.deepCopyOf(value(operation)));
      case "remove" -> remove(holder, path);
      case "replace" -> {
        find(holder, path, "replace");
        replace(holder, path, JsonObject.deepCopyOf(value(operation)));
      }
      case "move" -> {
        List<String> from = pointer(operation, "from");
        if (path.size() > from.size() && path.subList(0, from.size()).equals(from)) {
          throw PatchException.inapplicable("cannot move a value into itself");
        }
        Object moved = find(holder, from, "move");
        remove(holder, from);
        add(holder, path, moved);
      }
      case "copy" ->
          add(
              holder,
              path,
              JsonObject.deepCopyOf(find(holder, pointer(operation, "from"), "copy")));
      case "test" -> {
        Object expected = value(operation);
        if (!Objects.equals(findOrNull(holder, path), expected)) {
          throw PatchException.inapplicable(
              "testing value %s failed: test failed".formatted(text(path)));
        }
      }
      default ->
          throw PatchException.malformed("Unexpected kind: " + operation.string("op", "unknown"));
    }
  }

  private static @Nullable Object value(JsonObject operation) {
    if (!operation.has("value")) {
      throw PatchException.malformed(
          "%s operation: missing value field".formatted(operation.string("op", "")));
    }
    return operation.get("value");
  }

  /** The steps of a JSON pointer (RFC 6901), below the holder. */
  private static List<String> pointer(JsonObject operation, String key) {
    String text = operation.string(key);
    if (text == null || !text.isEmpty() && !text.startsWith("/")) {
      throw PatchException.malformed(
          "%s operation: %s is missing or no JSON pointer"
              .formatted(operation.string("op", ""), key));
    }
    List<String> steps = new ArrayList<>();
    steps.add("");
    if (!text.isEmpty()) {
      for (String step : text.substring(1).split("/", -1)) {
        steps.add(step.replace("~1", "/").replace("~0", "~"));
      }
    }
    return steps;
  }

  private static String text(List<String> path) {
    return String.join("/", path);
  }

  private static @Nullable Object find(JsonObject holder, List<String> path, String operation) {
    Object here = holder;
    for (String step : path) {
      here = child(here, step, path, operation);
    }
    return here;
  }

  private static @Nullable Object findOrNull(JsonObject holder, List<String> path) {
    try {
      return find(holder, path, "test");
    } catch (PatchException absent) {
      return null;
    }
  }

  private static @Nullable Object child(
      @Nullable Object here, String step, List<String> path, String operation) {
    if (here instanceof JsonObject object && object.has(step)) {
      return object.get(step);
    }
    if (here instanceof JsonArray array) {
      return array.get(index(step, array.size() - 1, path, operation));
    }
    throw missing(path, operation);
  }

  private static PatchException missing(List<String> path, String operation) {
    return PatchException.inapplicable(
        "%s operation does not apply: doc is missing path: %s: missing value"
            .formatted(operation, text(path)));
  }

  private static int index(String step, int highest, List<String> path, String operation) {
    if (!step.matches("0|[1-9]\\d{0,8}")) {
      throw missing(path, operation);
    }
    int index = Integer.parseInt(step);
    if (index > highest) {
      throw PatchException.inapplicable(
          "%s operation does not apply: index %d of %s is out of bounds"
              .formatted(operation, index, text(path)));
    }
    return index;
  }

  private static @Nullable Object parent(JsonObject holder, List<String> path, String operation) {
    return find(holder, path.subList(0, path.size() - 1), operation);
  }

  private static void add(JsonObject holder, List<String> path, @Nullable Object value) {
    String last = path.getLast();
    switch (parent(holder, path, "add")) {
      case JsonObject object -> object.put(last, value);
      case JsonArray array -> {
        int at = last.equals("-") ? array.size() : index(last, array.size(), path, "add");
        JsonArray tail = new JsonArray(array.size() - at);
        tail.addAll(array.subList(at, array.size()));
        array.subList(at, array.size()).clear();
        array.append(value);
        array.addAll(tail);
      }
      case null, default -> throw missing(path, "add");
    }
  }

  private static void replace(JsonObject holder, List<String> path, @Nullable Object value) {
    if (parent(holder, path, "replace") instanceof JsonArray) {
      remove(holder, path);
    }
    add(holder, path, value);
  }

  private static void remove(JsonObject holder, List<String> path) {
    String last = path.getLast();
    switch (parent(holder, path, "remove")) {
      case JsonObject object when object.has(last) -> object.remove(last);
      case JsonArray array -> array.remove(index(last, array.size() - 1, path, "remove"));
      case null, default -> throw missing(path, "remove");
    }
  }
}
