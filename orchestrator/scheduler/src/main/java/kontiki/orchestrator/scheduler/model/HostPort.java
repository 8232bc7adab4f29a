package kontiki.orchestrator.scheduler.model;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A port that a pod takes on its node's own address. */
public record HostPort(String address, String protocol, int port) {
  private static final String ANY = "0.0.0.0";

  static List<HostPort> of(Pod pod) {
    List<HostPort> out = new ArrayList<>();
    Stream<Container> sidecars =
        pod.getSpec().getInitContainers().stream()
            .filter(c -> "Always".equals(c.getRestartPolicy()));
    Stream.concat(pod.getSpec().getContainers().stream(), sidecars)
        .flatMap(container -> container.getPorts().stream())
        .filter(port -> port.getHostPort() != null && port.getHostPort() > 0)
        .forEach(port -> out.add(of(port)));
    return List.copyOf(out);
  }

  private static HostPort of(ContainerPort port) {
    String address = port.getHostIP();
    String protocol = port.getProtocol();
    return new HostPort(
        address == null || address.isEmpty() ? ANY : address,
        protocol == null || protocol.isEmpty() ? "TCP" : protocol,
        port.getHostPort());
  }

  /** Whether both cannot be open on one machine. */
  public boolean conflicts(HostPort other) {
    return port == other.port
        && protocol.equals(other.protocol)
        && (address.equals(other.address) || address.equals(ANY) || other.address.equals(ANY));
  }
}
