package kontiki.orchestrator.controllers.endpoint;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Owners;
import kontiki.orchestrator.client.Pods;
import org.jspecify.annotations.Nullable;

/**
 * Which slices of a service to create, update and delete so that they hold exactly its backends.
 * Pure. An endpoint stays in its slice as long as it can, so that few slices change.
 */
record SlicePlan(
    List<EndpointSlice> create, List<EndpointSlice> update, List<EndpointSlice> delete) {
  /** The most endpoints in one slice. */
  static final int MOST = 100;

  static final String SERVICE_NAME = "kubernetes.io/service-name";
  static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  static final String CONTROLLER = "endpointslice-controller.k8s.io";
  static final String HEADLESS = "service.kubernetes.io/headless";

  private static final String ZONE = "topology.kubernetes.io/zone";

  static SlicePlan decide(
      Service service,
      List<Pod> pods,
      List<EndpointSlice> existing,
      Function<String, Optional<Node>> nodes) {
    List<EndpointSlice> create = new ArrayList<>();
    List<EndpointSlice> update = new ArrayList<>();
    List<EndpointSlice> delete = new ArrayList<>(existing);
    for (String family : Backend.families(service)) {
      Map<List<EndpointPort>, Map<String, Endpoint>> groups = new LinkedHashMap<>();
      for (Backend backend : Backend.of(service, pods, family)) {
        groups
            .computeIfAbsent(ports(backend), p -> new LinkedHashMap<>())
            .put(uid(backend), endpoint(service, backend, nodes));
      }
      if (groups.isEmpty()) {
        groups.put(List.of(), new LinkedHashMap<>());
      }
      groups.forEach((ports, endpoints) -> {
        List<EndpointSlice> mine =
            delete.stream()
                .filter(s -> family.equals(s.getAddressType()) && ports.equals(s.getPorts()))
                .toList();
        delete.removeAll(mine);
        fill(new Group(service, family, ports), endpoints, mine, create, update, delete);
      });
    }
    return new SlicePlan(create, update, delete);
  }

  private record Group(Service service, String family, List<EndpointPort> ports) {}

  private static void fill(
      Group group,
      Map<String, Endpoint> wanted,
      List<EndpointSlice> slices,
      List<EndpointSlice> create,
      List<EndpointSlice> update,
      List<EndpointSlice> delete) {
    Map<String, Endpoint> homeless = new LinkedHashMap<>(wanted);
    Map<EndpointSlice, List<Endpoint>> kept = new LinkedHashMap<>();
    for (EndpointSlice slice : slices) {
      List<Endpoint> stay = new ArrayList<>();
      for (Endpoint endpoint : slice.getEndpoints()) {
        String uid = endpoint.getTargetRef() == null ? "" : endpoint.getTargetRef().getUid();
        Endpoint now = homeless.remove(uid);
        if (now != null) {
          stay.add(now);
        }
      }
      kept.put(slice, stay);
    }
    List<Endpoint> left = new ArrayList<>(homeless.values());
    kept.forEach((slice, endpoints) -> {
      while (endpoints.size() < MOST && !left.isEmpty()) {
        endpoints.add(left.remove(0));
      }
    });
    boolean any = kept.values().stream().anyMatch(list -> !list.isEmpty()) || !left.isEmpty();
    boolean placeholder = !any;
    for (var e : kept.entrySet()) {
      EndpointSlice wantedSlice = slice(group, e.getKey(), e.getValue());
      if (e.getValue().isEmpty() && !placeholder) {
        delete.add(e.getKey());
      } else if (!wantedSlice.equals(e.getKey())) {
        update.add(wantedSlice);
      }
      placeholder &= !e.getValue().isEmpty();
    }
    for (int i = 0; i < left.size(); i += MOST) {
      create.add(slice(group, null, left.subList(i, Math.min(left.size(), i + MOST))));
    }
    if (!any && kept.isEmpty()) {
      create.add(slice(group, null, List.of()));
    }
  }

  private static EndpointSlice slice(
      Group group, @Nullable EndpointSlice old, List<Endpoint> endpoints) {
    Service service = group.service();
    EndpointSliceBuilder builder =
        old == null ? new EndpointSliceBuilder() : new EndpointSliceBuilder(old);
    if (old == null) {
      builder
          .withNewMetadata()
          .withGenerateName(service.getMetadata().getName() + "-")
          .withNamespace(service.getMetadata().getNamespace())
          .withOwnerReferences(Owners.controller(service))
          .endMetadata();
    }
    return builder
        .editMetadata()
        .withLabels(labels(service))
        .endMetadata()
        .withAddressType(group.family())
        .withPorts(group.ports())
        .withEndpoints(endpoints)
        .build();
  }

  private static Map<String, String> labels(Service service) {
    Map<String, String> labels = new LinkedHashMap<>(LabelSelectors.labels(service));
    labels.put(SERVICE_NAME, service.getMetadata().getName());
    labels.put(MANAGED_BY, CONTROLLER);
    if (Backend.isHeadless(service)) {
      labels.put(HEADLESS, "");
    } else {
      labels.remove(HEADLESS);
    }
    return labels;
  }

  private static String uid(Backend backend) {
    return backend.pod().getMetadata().getUid();
  }

  private static List<EndpointPort> ports(Backend backend) {
    Set<EndpointPort> out = new LinkedHashSet<>();
    for (Backend.Port port : backend.ports()) {
      out.add(
          new EndpointPortBuilder()
              .withName(port.name())
              .withProtocol(port.protocol())
              .withPort(port.number())
              .withAppProtocol(port.appProtocol())
              .build());
    }
    return List.copyOf(out);
  }

  private static Endpoint endpoint(
      Service service, Backend backend, Function<String, Optional<Node>> nodes) {
    Pod pod = backend.pod();
    String nodeName = Pods.nodeName(pod);
    String zone =
        nodes.apply(nodeName).map(node -> LabelSelectors.labels(node).get(ZONE)).orElse(null);
    boolean named =
        pod.getSpec().getHostname() != null
            && service.getMetadata().getName().equals(pod.getSpec().getSubdomain());
    return new EndpointBuilder()
        .withAddresses(backend.address())
        .withNewConditions()
        .withReady(backend.ready())
        .withServing(backend.serving())
        .withTerminating(backend.terminating())
        .endConditions()
        .withHostname(named ? pod.getSpec().getHostname() : null)
        .withNodeName(nodeName.isEmpty() ? null : nodeName)
        .withZone(zone)
        .withNewTargetRef()
        .withKind("Pod")
        .withNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .withUid(pod.getMetadata().getUid())
        .endTargetRef()
        .build();
  }
}
