package kontiki.node.kubelet.plan;

import java.time.Instant;
import java.util.List;

/** A pod sandbox as the engine reports it; {@code ips} is empty for pods in the node's network. */
public record SandboxRun(
    String id,
    int attempt,
    boolean ready,
    boolean hostNetwork,
    Instant createdAt,
    List<String> ips) {
  public SandboxRun {
    ips = List.copyOf(ips);
  }
}
