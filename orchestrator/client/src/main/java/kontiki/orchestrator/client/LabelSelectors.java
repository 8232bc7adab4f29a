package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matching of labels against {@code metav1.LabelSelector}: a null selector matches nothing, an
 * empty one everything.
 */
public final class LabelSelectors {
  private LabelSelectors() {}

  public static boolean matches(@Nullable LabelSelector selector, HasMetadata object) {
    return matches(selector, labels(object));
  }

  public static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
    if (selector == null) {
      return false;
    }
    if (selector.getMatchLabels() != null && !matches(selector.getMatchLabels(), labels)) {
      return false;
    }
    if (selector.getMatchExpressions() == null) {
      return true;
    }
    return selector.getMatchExpressions().stream().allMatch(e -> matches(e, labels));
  }

  /** Whether the labels hold every wanted pair. */
  public static boolean matches(Map<String, String> wanted, Map<String, String> labels) {
    return wanted.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
  }

  /** The labels of an object; never null. */
  public static Map<String, String> labels(HasMetadata object) {
    return labels(object.getMetadata());
  }

  /** The labels in metadata; never null. */
  public static Map<String, String> labels(@Nullable ObjectMeta meta) {
    Map<String, String> labels = meta == null ? null : meta.getLabels();
    return labels == null ? Map.of() : labels;
  }

  /** Whether a selector chooses nothing in particular: null, or without any requirement. */
  public static boolean isEmpty(@Nullable LabelSelector selector) {
    return selector == null
        || ((selector.getMatchLabels() == null || selector.getMatchLabels().isEmpty())
            && (selector.getMatchExpressions() == null
                || selector.getMatchExpressions().isEmpty()));
  }

  private static boolean matches(LabelSelectorRequirement rule, Map<String, String> labels) {
    String value = labels.get(rule.getKey());
    List<String> values = rule.getValues() == null ? List.of() : rule.getValues();
    return switch (rule.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
