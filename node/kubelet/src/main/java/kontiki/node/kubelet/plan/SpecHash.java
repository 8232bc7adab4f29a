package kontiki.node.kubelet.plan;

import io.fabric8.kubernetes.api.model.Container;
import java.util.Objects;

/**
 * Tells whether a container must be made anew: of a running container's fields only the image can
 * be changed (API conventions of Pod), so name and image are what counts, as for the kubelet since
 * 1.31.
 */
public final class SpecHash {
  private SpecHash() {}

  /** Eight hexadecimal digits, the same in every process. */
  public static String of(Container container) {
    String image = Objects.requireNonNullElse(container.getImage(), "");
    return "%08x".formatted((container.getName() + "\0" + image).hashCode());
  }
}
