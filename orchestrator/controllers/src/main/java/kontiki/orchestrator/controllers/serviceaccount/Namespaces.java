package kontiki.orchestrator.controllers.serviceaccount;

import io.fabric8.kubernetes.api.model.Namespace;

/** Which namespaces still take new objects. */
final class Namespaces {
  private Namespaces() {}

  static boolean isActive(Namespace namespace) {
    return namespace.getMetadata().getDeletionTimestamp() == null
        && (namespace.getStatus() == null
            || !"Terminating".equals(namespace.getStatus().getPhase()));
  }
}
