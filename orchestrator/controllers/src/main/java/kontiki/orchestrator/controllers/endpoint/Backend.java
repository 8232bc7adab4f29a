package kontiki.orchestrator.controllers.endpoint;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Pods;
import org.jspecify.annotations.Nullable;

/**
 * One pod behind a service, with the ports that it serves it on. Pure.
 *
 * @param ready whether it takes new connections
 * @param serving whether it answers, be it ending or not
 */
record Backend(
    Pod pod,
    String address,
    List<Port> ports,
    boolean ready,
    boolean serving,
    boolean terminating) {

  /** A service's port with the number that this pod has for it. */
  record Port(String name, String protocol, int number, @Nullable String appProtocol) {}

  /** The pods that a service selects, with an address of the given family, in order of name. */
  static List<Backend> of(Service service, List<Pod> pods, String family) {
    List<Backend> out = new ArrayList<>();
    boolean publishAll = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
    for (Pod pod : pods) {
      if (Pods.isFinished(pod)
          || !LabelSelectors.matches(service.getSpec().getSelector(), LabelSelectors.labels(pod))) {
        continue;
      }
      Optional<String> address = address(pod, family);
      if (address.isPresent()) {
        boolean serving = Pods.isReady(pod);
        boolean terminating = Pods.isTerminating(pod);
        out.add(
            new Backend(
                pod,
                address.get(),
                ports(service, pod),
                publishAll || (serving && !terminating),
                serving,
                terminating));
      }
    }
    out.sort((a, b) -> a.pod.getMetadata().getName().compareTo(b.pod.getMetadata().getName()));
    return out;
  }

  private static Optional<String> address(Pod pod, String family) {
    if (pod.getStatus() == null) {
      return Optional.empty();
    }
    Stream<String> all =
        Stream.concat(
            Stream.ofNullable(pod.getStatus().getPodIP()),
            pod.getStatus().getPodIPs().stream().map(PodIP::getIp));
    return all.filter(ip -> !ip.isEmpty())
        .filter(ip -> (ip.indexOf(':') >= 0) == family.equals("IPv6"))
        .findFirst();
  }

  private static List<Port> ports(Service service, Pod pod) {
    List<Port> out = new ArrayList<>();
    for (ServicePort port : service.getSpec().getPorts()) {
      String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
      number(port, protocol, pod)
          .ifPresent(number ->
              out.add(
                  new Port(
                      port.getName() == null ? "" : port.getName(),
                      protocol,
                      number,
                      port.getAppProtocol())));
    }
    return List.copyOf(out);
  }

  private static Optional<Integer> number(ServicePort port, String protocol, Pod pod) {
    IntOrString target = port.getTargetPort();
    if (target == null) {
      return Optional.ofNullable(port.getPort());
    }
    if (target.getIntVal() != null) {
      return Optional.of(target.getIntVal() == 0 ? port.getPort() : target.getIntVal());
    }
    String name = target.getStrVal();
    Stream<Container> sidecars =
        pod.getSpec().getInitContainers().stream()
            .filter(c -> "Always".equals(c.getRestartPolicy()));
    return Stream.concat(pod.getSpec().getContainers().stream(), sidecars)
        .flatMap(container -> container.getPorts().stream())
        .filter(p -> name != null && name.equals(p.getName()))
        .filter(p -> protocol.equals(p.getProtocol() == null ? "TCP" : p.getProtocol()))
        .map(ContainerPort::getContainerPort)
        .findFirst();
  }

  static boolean isHeadless(Service service) {
    return "None".equals(service.getSpec().getClusterIP());
  }

  /** Whether a service's addresses are found by its selector. */
  static boolean isSelecting(Service service) {
    return !"ExternalName".equals(service.getSpec().getType())
        && service.getSpec().getSelector() != null
        && !service.getSpec().getSelector().isEmpty();
  }

  static List<String> families(Service service) {
    List<String> families = service.getSpec().getIpFamilies();
    return families == null || families.isEmpty() ? List.of("IPv4") : families;
  }
}
