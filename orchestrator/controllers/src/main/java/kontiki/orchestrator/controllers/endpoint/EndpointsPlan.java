package kontiki.orchestrator.controllers.endpoint;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Pods;

/** The content of the older Endpoints object of a service. Pure. */
final class EndpointsPlan {
  /** The most addresses in one Endpoints object; more are left out. */
  static final int MOST = 1000;

  private EndpointsPlan() {}

  static Map<String, String> labels(Service service) {
    Map<String, String> labels = new LinkedHashMap<>(LabelSelectors.labels(service));
    labels.put("endpoints.kubernetes.io/managed-by", "endpoint-controller");
    if (Backend.isHeadless(service)) {
      labels.put(SlicePlan.HEADLESS, "");
    } else {
      labels.remove(SlicePlan.HEADLESS);
    }
    return labels;
  }

  /** The addresses, grouped by the ports that their pods have. */
  static List<EndpointSubset> subsets(Service service, List<Pod> pods) {
    boolean publishAll = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
    Map<List<Backend.Port>, EndpointSubsetBuilder> groups = new LinkedHashMap<>();
    int count = 0;
    for (Backend backend : Backend.of(service, pods, Backend.families(service).get(0))) {
      boolean counts = publishAll || !backend.terminating();
      if (!counts || backend.ports().isEmpty() || count == MOST) {
        continue;
      }
      count++;
      EndpointSubsetBuilder group =
          groups.computeIfAbsent(
              backend.ports(), ports -> new EndpointSubsetBuilder().withPorts(ports(ports)));
      if (backend.ready()) {
        group.addToAddresses(address(service, backend));
      } else {
        group.addToNotReadyAddresses(address(service, backend));
      }
    }
    return groups.values().stream().map(EndpointSubsetBuilder::build).toList();
  }

  private static List<EndpointPort> ports(List<Backend.Port> ports) {
    List<EndpointPort> out = new ArrayList<>();
    for (Backend.Port port : ports) {
      out.add(
          new EndpointPortBuilder()
              .withName(port.name().isEmpty() ? null : port.name())
              .withPort(port.number())
              .withProtocol(port.protocol())
              .withAppProtocol(port.appProtocol())
              .build());
    }
    return out;
  }

  private static EndpointAddress address(Service service, Backend backend) {
    Pod pod = backend.pod();
    boolean named =
        pod.getSpec().getHostname() != null
            && service.getMetadata().getName().equals(pod.getSpec().getSubdomain());
    return new EndpointAddressBuilder()
        .withIp(backend.address())
        .withHostname(named ? pod.getSpec().getHostname() : null)
        .withNodeName(Pods.nodeName(pod).isEmpty() ? null : Pods.nodeName(pod))
        .withNewTargetRef()
        .withKind("Pod")
        .withNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .withUid(pod.getMetadata().getUid())
        .endTargetRef()
        .build();
  }
}
