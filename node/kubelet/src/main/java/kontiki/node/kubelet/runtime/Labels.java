package kontiki.node.kubelet.runtime;

/** The labels and annotations by which a kubelet finds its pods in the engine again. */
public final class Labels {
  public static final String POD_NAME = "io.kubernetes.pod.name";
  public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
  public static final String POD_UID = "io.kubernetes.pod.uid";
  public static final String CONTAINER_NAME = "io.kubernetes.container.name";

  public static final String HASH = "io.kubernetes.container.hash";
  public static final String RESTART_COUNT = "io.kubernetes.container.restartCount";
  public static final String TERMINATION_MESSAGE_PATH =
      "io.kubernetes.container.terminationMessagePath";
  public static final String TERMINATION_MESSAGE_POLICY =
      "io.kubernetes.container.terminationMessagePolicy";
  public static final String GRACE_PERIOD = "io.kubernetes.pod.terminationGracePeriod";

  /** On the sandbox: whether the pod is in the node's network. */
  public static final String HOST_NETWORK = "kontiki.dev/host-network";

  /** On the container: the file of its last words on the node. */
  public static final String TERMINATION_FILE = "kontiki.dev/termination-message-file";

  private Labels() {}
}
