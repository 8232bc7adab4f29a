package kontiki.orchestrator.api.selector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One condition of a label selector.
 *
 * @param values what the operator compares with: sets for IN and NOT_IN, one number for the
 *     comparisons, none for the rest
 */
public record Requirement(String key, Operator operator, List<String> values) {
  /** How a label is compared. */
  public enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST,
    GREATER_THAN,
    LESS_THAN
  }

  public Requirement {
    values = List.copyOf(values);
  }

  /** Whether it holds for the value of its label, null where there is no such label. */
  public boolean holds(@Nullable String value) {
    return switch (operator) {
      case IN -> value != null && values.contains(value);
      case NOT_IN -> value == null || !values.contains(value);
      case EXISTS -> value != null;
      case DOES_NOT_EXIST -> value == null;
      case GREATER_THAN -> compare(value) > 0;
      case LESS_THAN -> compare(value) < 0;
    };
  }

  /** Zero, which no comparison wants, where either is no number. */
  private int compare(@Nullable String value) {
    try {
      return value == null
          ? 0
          : Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
    } catch (NumberFormatException notNumbers) {
      return 0;
    }
  }

  @Override
  public String toString() {
    return switch (operator) {
      case IN -> values.size() == 1 ? key + "=" + values.getFirst() : key + " in " + set();
      case NOT_IN -> values.size() == 1 ? key + "!=" + values.getFirst() : key + " notin " + set();
      case EXISTS -> key;
      case DOES_NOT_EXIST -> "!" + key;
      case GREATER_THAN -> key + ">" + values.getFirst();
      case LESS_THAN -> key + "<" + values.getFirst();
    };
  }

  private String set() {
    return "(" + String.join(",", values.stream().sorted().toList()) + ")";
  }
}
