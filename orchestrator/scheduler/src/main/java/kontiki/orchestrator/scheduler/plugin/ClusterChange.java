package kontiki.orchestrator.scheduler.plugin;

/** A change that may make room for a pod that found none. */
public enum ClusterChange {
  NODE_ADDED,
  NODE_RESOURCES,
  NODE_LABELS,
  NODE_TAINTS,
  POD_PLACED,
  POD_GONE,
  NAMESPACE
}
