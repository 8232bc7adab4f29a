package kontiki.node.kubelet.plan;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the containers of a pod's spec. */
public final class Containers {
  private Containers() {}

  /** The init containers, sidecars among them, in their order. */
  public static List<Container> inits(PodSpec spec) {
    return spec.getInitContainers() == null ? List.of() : spec.getInitContainers();
  }

  /** All containers, the init containers first. */
  public static List<Container> all(PodSpec spec) {
    return Stream.concat(inits(spec).stream(), spec.getContainers().stream()).toList();
  }

  public static @Nullable Container named(PodSpec spec, String name) {
    return all(spec).stream()
        .filter(container -> container.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** Whether an init container keeps running beside the others (KEP-753). */
  public static boolean sidecar(Container init) {
    return "Always".equals(init.getRestartPolicy());
  }

  /** The pod's restart policy; Always where the spec says nothing. */
  public static RestartPolicy policy(PodSpec spec) {
    return switch (spec.getRestartPolicy()) {
      case "OnFailure" -> RestartPolicy.ON_FAILURE;
      case "Never" -> RestartPolicy.NEVER;
      case null, default -> RestartPolicy.ALWAYS;
    };
  }
}
