package kontiki.orchestrator.api.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import kontiki.orchestrator.api.tree.Json;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A set of paths into an object, as {@code metadata.managedFields} keeps them ({@code fieldsV1}). A
 * step of a path is written as there: {@code f:NAME} a field, {@code k:{"name":"a"}} the list item
 * of these keys, {@code v:"x"} the item of this value. Mutable; for one thread.
 */
final class FieldSet {
  private static final Comparator<String> ORDER =
      Comparator.<String>comparingInt(step -> "fkvi".indexOf(step.charAt(0)))
          .thenComparing(Comparator.naturalOrder());

  private static final class Node {
    boolean member;
    @Nullable FieldSet below;

    boolean nothing() {
      return !member && (below == null || below.isEmpty());
    }
  }

  private final TreeMap<String, Node> nodes = new TreeMap<>(ORDER);

  boolean isEmpty() {
    return nodes.isEmpty();
  }

  /** Adds a path. */
  void insert(List<String> path) {
    FieldSet here = this;
    for (int i = 0; i < path.size(); i++) {
      Node node = here.nodes.computeIfAbsent(path.get(i), step -> new Node());
      if (i == path.size() - 1) {
        node.member = true;
      } else {
        here = below(node);
      }
    }
  }

  private static FieldSet below(Node node) {
    FieldSet below = node.below;
    if (below == null) {
      below = new FieldSet();
      node.below = below;
    }
    return below;
  }

  /** Whether the one-step path is in the set itself. */
  boolean has(String step) {
    Node node = nodes.get(step);
    return node != null && node.member;
  }

  /** Whether the one-step path or one that goes on from it is in the set. */
  boolean touches(String step) {
    return nodes.containsKey(step);
  }

  /** The rests of the paths that begin with a step; null where there are none. */
  @Nullable FieldSet under(String step) {
    Node node = nodes.get(step);
    return node == null ? null : node.below;
  }

  FieldSet union(FieldSet other) {
    FieldSet union = new FieldSet();
    union.add(this);
    union.add(other);
    return union;
  }

  private void add(FieldSet other) {
    other.nodes.forEach((step, node) -> {
      Node mine = nodes.computeIfAbsent(step, key -> new Node());
      mine.member |= node.member;
      if (node.below != null) {
        below(mine).add(node.below);
      }
    });
  }

  /** The paths that the other set has not. */
  FieldSet difference(FieldSet other) {
    return filter(other, false, false);
  }

  /** The paths of which the other set has neither them nor a beginning of them. */
  FieldSet recursiveDifference(FieldSet other) {
    return filter(other, false, true);
  }

  /** The paths that both sets have. */
  FieldSet intersection(FieldSet other) {
    return filter(other, true, false);
  }

  private FieldSet filter(FieldSet other, boolean common, boolean recursive) {
    FieldSet kept = new FieldSet();
    nodes.forEach((step, node) -> {
      Node there = other.nodes.get(step);
      boolean isThere = there != null && there.member;
      if (recursive && isThere) {
        return;
      }
      Node left = new Node();
      left.member = node.member && isThere == common;
      if (node.below != null) {
        FieldSet belowThere = there == null || there.below == null ? new FieldSet() : there.below;
        FieldSet below = node.below.filter(belowThere, common, recursive);
        left.below = below.isEmpty() ? null : below;
      }
      if (!left.nothing()) {
        kept.nodes.put(step, left);
      }
    });
    return kept;
  }

  /** The form of fieldsV1. */
  JsonObject toTree() {
    JsonObject tree = new JsonObject(nodes.size());
    nodes.forEach((step, node) -> {
      JsonObject value = new JsonObject();
      if (node.below != null && !node.below.isEmpty()) {
        if (node.member) {
          value.append(".", new JsonObject(0));
        }
        node.below.toTree().forEach(value::append);
      }
      tree.append(step, value);
    });
    return tree;
  }

  /** Reads fieldsV1. Throws IllegalArgumentException where it has another form. */
  static FieldSet of(JsonObject tree) {
    FieldSet set = new FieldSet();
    tree.forEach((step, value) -> {
      if (step.equals(".")) {
        return;
      }
      if (step.length() < 3 || step.charAt(1) != ':' || "fkvi".indexOf(step.charAt(0)) < 0) {
        throw new IllegalArgumentException("invalid path element: " + step);
      }
      if (!(value instanceof JsonObject below)) {
        throw new IllegalArgumentException("invalid fieldsV1 under " + step);
      }
      Node node = new Node();
      node.member = below.isEmpty() || below.has(".");
      FieldSet inner = of(below);
      node.below = inner.isEmpty() ? null : inner;
      set.nodes.put(step, node);
    });
    return set;
  }

  /** Tells every path, in the form of messages: {@code .spec.containers[name="a"].image}. */
  void forEachPath(Consumer<String> action) {
    tell("", action);
  }

  private void tell(String prefix, Consumer<String> action) {
    for (Map.Entry<String, Node> entry : nodes.entrySet()) {
      String path = prefix + text(entry.getKey());
      if (entry.getValue().member) {
        action.accept(path);
      }
      FieldSet below = entry.getValue().below;
      if (below != null) {
        below.tell(path, action);
      }
    }
  }

  private static String text(String step) {
    String content = step.substring(2);
    return switch (step.charAt(0)) {
      case 'f' -> "." + content;
      case 'k' -> {
        List<String> keys = new ArrayList<>();
        Json.parseObject(content)
            .forEach((key, value) -> keys.add(key + "=" + Json.writeText(value)));
        yield "[" + String.join(",", keys) + "]";
      }
      case 'v' -> "[=" + content + "]";
      default -> "[" + content + "]";
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldSet set && set.toTree().equals(toTree());
  }

  @Override
  public int hashCode() {
    return toTree().hashCode();
  }

  @Override
  public String toString() {
    return toTree().toString();
  }
}
