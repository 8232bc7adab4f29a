package kontiki.node.host.supervise;

import java.nio.file.Path;

/** How it is found out whether a component does its work. */
public sealed interface Probe {

  /** It has no door to knock at: it is well while it runs. */
  record Alive() implements Probe {}

  /**
   * Two GETs over mutual TLS. The first must be answered with 200; if it is not, the second says
   * whether the component lives.
   *
   * @param kubeconfig text of a kubeconfig that names server, authority and client certificate
   */
  record Https(String kubeconfig, String ready, String live) implements Probe {}

  /** The container engine says that its runtime is ready. */
  record Engine(Path socket) implements Probe {}

  /** What was found out. */
  sealed interface Finding {

    /** It does its work. */
    record Well() implements Finding {}

    /** It answers, but cannot do its work now: what it needs may be away. */
    record Unready(String reason) implements Finding {}

    /** It gives no answer, or says itself that only a new start can help. */
    record Silent(String reason) implements Finding {}
  }
}
