package kontiki.orchestrator.controllers.deployment;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The annotations by which Deployments and their ReplicaSets keep history. */
final class Annotations {
  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
  static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  static final String MAX = "deployment.kubernetes.io/max-replicas";

  private static final int MAX_HISTORY_LENGTH = 2000;
  private static final Set<String> NOT_COPIED =
      Set.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          REVISION,
          REVISION_HISTORY,
          DESIRED,
          MAX,
          "deprecated.deployment.rollback.to");

  private Annotations() {}

  static Map<String, String> of(HasMetadata object) {
    Map<String, String> found = object.getMetadata().getAnnotations();
    return found == null ? Map.of() : found;
  }

  static long revision(HasMetadata object) {
    return number(of(object).get(REVISION), 0);
  }

  static int number(@Nullable String text, int otherwise) {
    return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : otherwise;
  }

  /** The annotations that a Deployment's newest set has: the Deployment's own and the revision. */
  static Map<String, String> ofNewest(
      Deployment deployment, @Nullable ReplicaSet set, long revision) {
    Map<String, String> out = new LinkedHashMap<>(set == null ? Map.of() : of(set));
    of(deployment)
        .forEach((key, value) -> {
          if (!NOT_COPIED.contains(key)) {
            out.put(key, value);
          }
        });
    long before = set == null ? 0 : revision(set);
    if (before < revision) {
      out.put(REVISION, Long.toString(revision));
      if (before > 0) {
        String history = out.getOrDefault(REVISION_HISTORY, "");
        String longer = history.isEmpty() ? "" + before : history + "," + before;
        while (longer.length() > MAX_HISTORY_LENGTH) {
          longer = longer.substring(longer.indexOf(',') + 1);
        }
        out.put(REVISION_HISTORY, longer);
      }
    }
    return out;
  }

  /** With the sizes that the set's share is computed from when the Deployment is scaled. */
  static Map<String, String> withSizes(Map<String, String> annotations, int desired, int max) {
    Map<String, String> out = new LinkedHashMap<>(annotations);
    out.put(DESIRED, Integer.toString(desired));
    out.put(MAX, Integer.toString(max));
    return out;
  }
}
