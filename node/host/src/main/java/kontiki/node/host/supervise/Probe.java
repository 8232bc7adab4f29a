package kontiki.node.host.supervise;

import java.nio.file.Path;

/** How it is found out whether a component does its work. */
public sealed interface Probe {

  /** It has no door to knock at: it is well while it runs. */
  record Alive() implements Probe {}

  /**
   * A GET over mutual TLS that must be answered with 200.
   *
   * @param kubeconfig text of a kubeconfig that names server, authority and client certificate
   */
  record Https(String kubeconfig, String path) implements Probe {}

  /** The container engine says that its runtime is ready. */
  record Engine(Path socket) implements Probe {}
}
