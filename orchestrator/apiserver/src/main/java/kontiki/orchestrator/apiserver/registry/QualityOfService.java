package kontiki.orchestrator.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import kontiki.orchestrator.api.tree.JsonObject;

/**
 * The quality-of-service class of a pod
 * (https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/). Pure.
 */
final class QualityOfService {
  private static final List<String> COUNTED = List.of("cpu", "memory");

  private QualityOfService() {}

  static String of(JsonObject podSpec) {
    List<JsonObject> containers = new ArrayList<>(podSpec.objects("containers"));
    containers.addAll(podSpec.objects("initContainers"));
    boolean any = false;
    boolean guaranteed = true;
    for (JsonObject container : containers) {
      JsonObject limits = container.objectAt("resources", "limits");
      JsonObject requests = container.objectAt("resources", "requests");
      for (String resource : COUNTED) {
        Object limit = limits == null ? null : limits.get(resource);
        Object request = requests == null ? null : requests.get(resource);
        boolean limited = limit != null && !isZero(limit);
        any |= limited || (request != null && !isZero(request));
        guaranteed &= limited && (request == null || Objects.equals(limit, request));
      }
    }
    if (!any) {
      return "BestEffort";
    }
    return guaranteed ? "Guaranteed" : "Burstable";
  }

  private static boolean isZero(Object quantity) {
    return quantity.equals("0") || quantity.equals(0L);
  }
}
