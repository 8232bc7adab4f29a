package kontiki.node.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import java.util.Optional;
import kontiki.node.proxy.network.PodNetworkPlan.NodeNetwork;
import kontiki.node.proxy.rules.Endpoint;
import kontiki.node.proxy.rules.Protocol;
import kontiki.node.proxy.rules.ServicePort;
import org.junit.jupiter.api.Test;

class ClusterViewTest {

  private static ServiceBuilder service(String name) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withType("NodePort")
        .withClusterIP("10.96.0.80")
        .withClusterIPs("10.96.0.80", "fd00::80")
        .addNewPort()
        .withName("http")
        .withPort(80)
        .withNodePort(30080)
        .endPort()
        .addNewPort()
        .withName("dns")
        .withPort(53)
        .withProtocol("UDP")
        .endPort()
        .endSpec();
  }

  private static EndpointSlice slice(String service, String suffix, String type) {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(service + "-" + suffix)
        .addToLabels("kubernetes.io/service-name", service)
        .endMetadata()
        .withAddressType(type)
        .addNewPort()
        .withName("http")
        .withPort(8080)
        .withProtocol("TCP")
        .endPort()
        .addNewPort()
        .withName("dns")
        .withPort(5353)
        .withProtocol("UDP")
        .endPort()
        .addNewEndpoint()
        .withAddresses("10.244.1.2")
        .withNodeName("kn1")
        .endEndpoint()
        .addNewEndpoint()
        .withAddresses("10.244.2.2")
        .withNodeName("kn2")
        .withNewConditions()
        .withReady(false)
        .withServing(true)
        .withTerminating(true)
        .endConditions()
        .endEndpoint()
        .build();
  }

  @Test
  void portsMeetTheirEndpointsByNameAndProtocol() {
    List<ServicePort> ports =
        ClusterView.servicePorts(
            List.of(service("web").build()),
            List.of(slice("web", "a", "IPv4"), slice("web", "b", "IPv6"), slice("x", "a", "IPv4")),
            "kn1");
    assertThat(ports)
        .extracting(ServicePort::id)
        .containsExactly("default/web/tcp/http", "default/web/udp/dns");
    ServicePort http = ports.getFirst();
    assertThat(http.clusterAddresses()).containsExactly("10.96.0.80");
    assertThat(http.nodePort()).isEqualTo(30080);
    assertThat(http.endpoints())
        .containsExactly(
            new Endpoint("10.244.1.2", 8080, true, true, true, false),
            new Endpoint("10.244.2.2", 8080, false, false, true, true));
    assertThat(ports.getLast().protocol()).isEqualTo(Protocol.UDP);
    assertThat(ports.getLast().endpoints()).extracting(Endpoint::port).containsOnly(5353);
  }

  @Test
  void whatHasNoClusterAddressOrAnotherProxyIsLeftOut() {
    Service headless = service("a").editSpec().withClusterIP("None").endSpec().build();
    Service external = service("b").editSpec().withType("ExternalName").endSpec().build();
    Service other =
        service("c")
            .editMetadata()
            .addToLabels("service.kubernetes.io/service-proxy-name", "x")
            .endMetadata()
            .build();
    assertThat(ClusterView.servicePorts(List.of(headless, external, other), List.of(), "kn1"))
        .isEmpty();
  }

  @Test
  void affinityHasTheApisDefault() {
    Service sticky = service("a").editSpec().withSessionAffinity("ClientIP").endSpec().build();
    assertThat(ClusterView.servicePorts(List.of(sticky), List.of(), "kn1"))
        .allMatch(port -> port.affinitySeconds() == 10_800);
  }

  @Test
  void aNodeIsKnownByRangeAndInternalAddress() {
    Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName("kn1")
            .endMetadata()
            .withNewSpec()
            .withPodCIDR("10.244.1.0/24")
            .endSpec()
            .withNewStatus()
            .addNewAddress()
            .withType("Hostname")
            .withAddress("kn1")
            .endAddress()
            .addNewAddress()
            .withType("InternalIP")
            .withAddress("10.200.0.11")
            .endAddress()
            .endStatus()
            .build();
    Node fresh = new NodeBuilder().withNewMetadata().withName("kn2").endMetadata().build();
    assertThat(ClusterView.nodes(List.of(node, fresh)))
        .containsExactly(
            new NodeNetwork("kn1", Optional.of("10.244.1.0/24"), Optional.of("10.200.0.11")),
            new NodeNetwork("kn2", Optional.empty(), Optional.empty()));
  }
}
