package kontiki.node.kubelet.runtime;

/**
 * A container cannot be configured as its spec asks, for example because a ConfigMap is missing. It
 * is tried again: what is missing may appear.
 */
public final class ContainerConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ContainerConfigException(String message) {
    super(message);
  }
}
