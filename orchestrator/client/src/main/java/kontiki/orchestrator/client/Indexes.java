package kontiki.orchestrator.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** The indexes that most control loops need: names, and functions for {@link Informer#index}. */
public final class Indexes {
  /** By namespace; every informer has it. */
  public static final String NAMESPACE = "namespace";

  /** By the uid of each owner. */
  public static final String OWNER = "owner-uid";

  /** By the name of the node that a pod is bound to; the empty key holds the unbound. */
  public static final String NODE = "node";

  private Indexes() {}

  public static List<String> ownerUids(HasMetadata object) {
    List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
    return owners == null ? List.of() : owners.stream().map(OwnerReference::getUid).toList();
  }

  public static List<String> nodeName(Pod pod) {
    String node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
    return List.of(node == null ? "" : node);
  }
}
