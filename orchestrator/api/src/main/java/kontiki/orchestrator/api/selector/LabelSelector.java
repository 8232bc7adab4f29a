package kontiki.orchestrator.api.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import kontiki.orchestrator.api.selector.Requirement.Operator;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * A choice of objects by their labels: all requirements have to hold.
 *
 * @param nothing whether it chooses no object at all, whatever its requirements
 */
public record LabelSelector(List<Requirement> requirements, boolean nothing) {
  public static final LabelSelector EVERYTHING = new LabelSelector(List.of(), false);
  public static final LabelSelector NOTHING = new LabelSelector(List.of(), true);

  public LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /**
   * Reads the form of queries, {@code a=b,c!=d,e in (f,g),!h}. Throws IllegalArgumentException
   * where it is malformed.
   */
  public static LabelSelector parse(String text) {
    return text.isBlank()
        ? EVERYTHING
        : new LabelSelector(new SelectorText(text).requirements(), false);
  }

  /**
   * The selector of a tree with matchLabels and matchExpressions (meta.v1's LabelSelector). Null
   * chooses nothing, an empty one everything. Throws IllegalArgumentException on an operator that
   * there is not.
   */
  public static LabelSelector of(@Nullable JsonObject tree) {
    if (tree == null) {
      return NOTHING;
    }
    List<Requirement> requirements = new ArrayList<>(labels(tree.object("matchLabels")));
    for (JsonObject expression : tree.objects("matchExpressions")) {
      requirements.add(
          new Requirement(
              expression.string("key", ""),
              operator(expression.string("operator", "")),
              expression.strings("values")));
    }
    return new LabelSelector(requirements, false);
  }

  /** The selector of a plain map, as services and replication controllers have; null is nothing. */
  public static LabelSelector ofMap(@Nullable JsonObject map) {
    return map == null || map.isEmpty() ? NOTHING : new LabelSelector(labels(map), false);
  }

  private static List<Requirement> labels(@Nullable JsonObject map) {
    List<Requirement> requirements = new ArrayList<>();
    if (map != null) {
      for (String key : map.keys()) {
        requirements.add(new Requirement(key, Operator.IN, List.of(map.string(key, ""))));
      }
    }
    return requirements;
  }

  private static Operator operator(String name) {
    return switch (name) {
      case "In" -> Operator.IN;
      case "NotIn" -> Operator.NOT_IN;
      case "Exists" -> Operator.EXISTS;
      case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
      case "Gt" -> Operator.GREATER_THAN;
      case "Lt" -> Operator.LESS_THAN;
      default ->
          throw new IllegalArgumentException(
              "\"" + name + "\" is not a valid label selector operator");
    };
  }

  public boolean matches(@Nullable JsonObject labels) {
    return matches(key -> labels == null ? null : labels.string(key));
  }

  public boolean matches(Function<String, @Nullable String> labels) {
    if (nothing) {
      return false;
    }
    for (Requirement requirement : requirements) {
      if (!requirement.holds(labels.apply(requirement.key()))) {
        return false;
      }
    }
    return true;
  }

  public boolean isEverything() {
    return !nothing && requirements.isEmpty();
  }

  /** The form of queries; equal selectors of the same requirements give the same text. */
  @Override
  public String toString() {
    return requirements.stream()
        .map(Requirement::toString)
        .sorted()
        .collect(Collectors.joining(","));
  }
}
