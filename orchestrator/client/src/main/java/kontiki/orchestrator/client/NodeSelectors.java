package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Matching of nodes against {@code v1.NodeSelectorTerm}: an empty term matches nothing. */
public final class NodeSelectors {
  private static final String NUMBER = "-?[0-9]{1,18}";

  private NodeSelectors() {}

  /** Whether a node has what a pod's node selector and required node affinity ask for. */
  public static boolean matches(PodSpec pod, Node node) {
    Map<String, String> selector = pod.getNodeSelector();
    if (selector != null && !LabelSelectors.matches(selector, LabelSelectors.labels(node))) {
      return false;
    }
    Affinity affinity = pod.getAffinity();
    NodeAffinity nodes = affinity == null ? null : affinity.getNodeAffinity();
    return nodes == null
        || nodes.getRequiredDuringSchedulingIgnoredDuringExecution() == null
        || matchesAny(
            nodes.getRequiredDuringSchedulingIgnoredDuringExecution().getNodeSelectorTerms(), node);
  }

  public static boolean matchesAny(List<NodeSelectorTerm> terms, Node node) {
    return terms.stream().anyMatch(term -> matches(term, node));
  }

  public static boolean matches(NodeSelectorTerm term, Node node) {
    List<NodeSelectorRequirement> labels = term.getMatchExpressions();
    List<NodeSelectorRequirement> fields = term.getMatchFields();
    if (labels.isEmpty() && fields.isEmpty()) {
      return false;
    }
    Map<String, String> fieldValues = Map.of("metadata.name", node.getMetadata().getName());
    return labels.stream().allMatch(rule -> matches(rule, LabelSelectors.labels(node)))
        && fields.stream().allMatch(rule -> matches(rule, fieldValues));
  }

  private static boolean matches(NodeSelectorRequirement rule, Map<String, String> values) {
    String value = values.get(rule.getKey());
    List<String> wanted = rule.getValues();
    return switch (rule.getOperator()) {
      case "In" -> value != null && wanted.contains(value);
      case "NotIn" -> value == null || !wanted.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> compare(value, wanted) > 0;
      case "Lt" -> compare(value, wanted) < 0;
      default -> false;
    };
  }

  private static int compare(@Nullable String value, List<String> wanted) {
    boolean numbers =
        value != null
            && value.matches(NUMBER)
            && wanted.size() == 1
            && wanted.get(0).matches(NUMBER);
    return numbers ? Long.compare(Long.parseLong(value), Long.parseLong(wanted.get(0))) : 0;
  }
}
