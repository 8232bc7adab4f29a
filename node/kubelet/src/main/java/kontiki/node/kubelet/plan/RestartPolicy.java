package kontiki.node.kubelet.plan;

/** When a container that ended is started again. */
public enum RestartPolicy {
  ALWAYS,
  ON_FAILURE,
  NEVER
}
