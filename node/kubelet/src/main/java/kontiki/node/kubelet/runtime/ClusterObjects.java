package kontiki.node.kubelet.runtime;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Optional;

/**
 * What pods refer to in the API server. Answers may be as old as the last look; they never block
 * for long. Thread-safe.
 */
public interface ClusterObjects {
  Optional<ConfigMap> configMap(String namespace, String name);

  Optional<Secret> secret(String namespace, String name);

  /** The services whose addresses are told to the pods of a namespace. */
  List<Service> services(String namespace);

  /**
   * A token for a pod's service account, good for at least a fifth of the time asked for.
   *
   * @param audience whom it is for; empty for the API server itself
   */
  String serviceAccountToken(PodRef pod, String serviceAccount, String audience, long seconds);

  /** The pod that a token is bound to. */
  record PodRef(String namespace, String name, String uid) {}
}
