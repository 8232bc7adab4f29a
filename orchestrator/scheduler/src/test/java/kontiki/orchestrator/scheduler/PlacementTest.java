package kontiki.orchestrator.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;
import org.junit.jupiter.api.Test;

/** The rules of placement, and the words in which they refuse. */
class PlacementTest {
  private final Placement placement = new Placement();
  private final Map<String, List<Pod>> placed = new LinkedHashMap<>();
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  private NodeBuilder node(String name) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("kubernetes.io/hostname", name)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .addToAllocatable("cpu", new Quantity("2"))
        .addToAllocatable("memory", new Quantity("4Gi"))
        .addToAllocatable("pods", new Quantity("10"))
        .endStatus();
  }

  private void add(Node node) {
    nodes.put(node.getMetadata().getName(), node);
  }

  private static PodBuilder pod(String name, String cpu) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .withUid(name)
        .addToLabels("app", "web")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("c")
        .withNewResources()
        .addToRequests("cpu", new Quantity(cpu))
        .endResources()
        .endContainer()
        .endSpec();
  }

  private Snapshot snapshot(Snapshot.Owners owners) {
    List<NodeInfo> infos = new ArrayList<>();
    nodes.forEach((name, node) ->
        infos.add(
            NodeInfo.of(
                node, placed.getOrDefault(name, List.of()).stream().map(PodInfo::of).toList())));
    return new Snapshot(infos, Map.of(), owners);
  }

  private Decision decide(Pod pod) {
    return placement.decide(
        PodInfo.of(pod), snapshot(p -> Optional.empty()), new java.util.Random(5));
  }

  private String refusal(Pod pod) {
    return ((Decision.Unschedulable) decide(pod)).message();
  }

  private String place(Pod pod) {
    String node = ((Decision.Placed) decide(pod)).node();
    placed.computeIfAbsent(node, n -> new ArrayList<>()).add(pod);
    return node;
  }

  @Test
  void saysWhyNoNodeFits() {
    assertThat(refusal(pod("p", "1").build())).isEqualTo("no nodes available to schedule pods");
    add(node("a").build());
    add(node("b").editSpec().withUnschedulable(true).endSpec().build());
    add(node("c").editSpec().addNewTaint("NoSchedule", "gpu", null, "yes").endSpec().build());
    assertThat(refusal(pod("p", "3").build()))
        .isEqualTo(
            "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint"
                + " {gpu: yes}, 1 node(s) were unschedulable.");
  }

  @Test
  void spreadsOverTheEmptierNode() {
    add(node("a").build());
    add(node("b").build());
    List<String> where = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      where.add(place(pod("p" + i, "400m").build()));
    }
    assertThat(where).containsExactlyInAnyOrder("a", "a", "b", "b");
  }

  @Test
  void countsRequestsUpToWhatANodeHas() {
    add(node("a").build());
    for (int i = 0; i < 4; i++) {
      place(pod("p" + i, "500m").build());
    }
    assertThat(refusal(pod("p4", "1m").build()))
        .isEqualTo("0/1 nodes are available: 1 Insufficient cpu.");
  }

  @Test
  void countsTheLargestInitStepAndSidecars() {
    Pod pod =
        pod("p", "500m")
            .editSpec()
            .addNewInitContainer()
            .withName("side")
            .withRestartPolicy("Always")
            .withNewResources()
            .addToRequests("cpu", new Quantity("200m"))
            .endResources()
            .endInitContainer()
            .addNewInitContainer()
            .withName("step")
            .withNewResources()
            .addToRequests("cpu", new Quantity("1"))
            .endResources()
            .endInitContainer()
            .addToOverhead("cpu", new Quantity("10m"))
            .endSpec()
            .build();
    assertThat(PodInfo.of(pod).requests().milliCpu()).isEqualTo(1210);
  }

  @Test
  void honoursSelectorsAndAffinity() {
    add(node("a").editMetadata().addToLabels("disk", "ssd").endMetadata().build());
    add(node("b").build());
    assertThat(place(pod("p", "1m").editSpec().addToNodeSelector("disk", "ssd").endSpec().build()))
        .isEqualTo("a");
    assertThat(
            refusal(pod("q", "1m").editSpec().addToNodeSelector("disk", "tape").endSpec().build()))
        .isEqualTo("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.");
  }

  @Test
  void keepsPodsApartThatAskForIt() {
    add(node("a").build());
    add(node("b").build());
    String first = place(apart("p0"));
    assertThat(place(apart("p1"))).isNotEqualTo(first);
    assertThat(refusal(apart("p2")))
        .isEqualTo("0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.");
    assertThat(refusal(pod("plain", "1m").build()))
        .isEqualTo(
            "0/2 nodes are available: 2 node(s) didn't satisfy existing pods anti-affinity rules.");
  }

  private static Pod apart(String name) {
    return pod(name, "1m")
        .editSpec()
        .withNewAffinity()
        .withNewPodAntiAffinity()
        .addNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withTopologyKey("kubernetes.io/hostname")
        .withLabelSelector(new LabelSelectorBuilder().addToMatchLabels("app", "web").build())
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endPodAntiAffinity()
        .endAffinity()
        .endSpec()
        .build();
  }

  @Test
  void refusesAHostPortTwice() {
    add(node("a").build());
    place(withPort("p0"));
    assertThat(refusal(withPort("p1")))
        .isEqualTo(
            "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod"
                + " ports.");
  }

  private static Pod withPort(String name) {
    return pod(name, "1m")
        .editSpec()
        .editFirstContainer()
        .addNewPort()
        .withContainerPort(80)
        .withHostPort(8080)
        .endPort()
        .endContainer()
        .endSpec()
        .build();
  }

  @Test
  void keepsTheSkewThatAPodAllows() {
    add(node("a").build());
    add(node("b").editSpec().withUnschedulable(true).endSpec().build());
    place(spread("p0"));
    assertThat(refusal(spread("p1")))
        .isEqualTo(
            "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints,"
                + " 1 node(s) were unschedulable.");
  }

  private static Pod spread(String name) {
    return pod(name, "1m")
        .editSpec()
        .addNewTopologySpreadConstraint()
        .withMaxSkew(1)
        .withTopologyKey("kubernetes.io/hostname")
        .withWhenUnsatisfiable("DoNotSchedule")
        .withLabelSelector(new LabelSelectorBuilder().addToMatchLabels("app", "web").build())
        .endTopologySpreadConstraint()
        .endSpec()
        .build();
  }

  @Test
  void spreadsReplicasByDefaultEvenWhereAnotherNodeIsEmptier() {
    add(node("a").build());
    add(node("b").build());
    placed.put("a", new ArrayList<>(Arrays.asList(pod("r1", "1m").build())));
    Pod other = pod("x", "300m").editMetadata().withLabels(Map.of()).endMetadata().build();
    placed.put("b", new ArrayList<>(List.of(other)));
    Snapshot snapshot =
        snapshot(
            p -> Optional.of(new LabelSelectorBuilder().addToMatchLabels("app", "web").build()));
    Decision decision =
        placement.decide(PodInfo.of(pod("r2", "1m").build()), snapshot, new java.util.Random(1));
    assertThat(decision).isEqualTo(new Decision.Placed("b", 2));
  }
}
