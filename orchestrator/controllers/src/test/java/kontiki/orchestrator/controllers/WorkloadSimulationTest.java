package kontiki.orchestrator.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.ListOptions;
import kontiki.orchestrator.client.Owners;
import kontiki.orchestrator.client.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The control loops together, with faults: safety at each step, the goal in the end. */
class WorkloadSimulationTest {
  private static PodTemplateSpec template(String image) {
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .addToLabels("app", "web")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("web")
        .withImage(image)
        .endContainer()
        .endSpec()
        .build();
  }

  private static ReplicaSet replicaSet(int replicas) {
    return new ReplicaSetBuilder()
        .withNewMetadata()
        .withName("web")
        .withNamespace("default")
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .addToMatchLabels("app", "web")
        .endSelector()
        .withTemplate(template("one"))
        .endSpec()
        .build();
  }

  private static Deployment deployment(int replicas, String type) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("web")
        .withNamespace("default")
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withProgressDeadlineSeconds(600)
        .withNewStrategy()
        .withType(type)
        .endStrategy()
        .withNewSelector()
        .addToMatchLabels("app", "web")
        .endSelector()
        .withTemplate(template("one"))
        .endSpec()
        .build();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsTheNumberOfPodsAndNeverMakesTooMany(long seed) {
    Simulation sim = new Simulation(seed);
    sim.addNode("n1");
    sim.addNode("n2");
    Resource<ReplicaSet> sets = sim.client.resource(ReplicaSet.class).inNamespace("default");
    sets.create(replicaSet(3));
    int[] most = {3};
    sim.invariant(() -> sim.activePods().size() <= most[0]);
    sim.run(400);
    sim.settle(() -> sets.get("web").getStatus().getReadyReplicas() == 3);
    most[0] = 6;
    sets.mergePatch("web", Map.of("spec", Map.of("replicas", 6)));
    sim.settle(() -> sim.activePods().size() == 6);
    for (int round = 0; round < 4; round++) {
      List<Pod> active = sim.activePods();
      Pod victim = active.get(sim.random.nextInt(active.size()));
      sim.pods().delete(victim.getMetadata().getName(), DeleteOptions.DEFAULT);
      sim.run(100);
    }
    sim.settle(() -> sets.get("web").getStatus().getAvailableReplicas() == 6);
    sets.mergePatch("web", Map.of("spec", Map.of("replicas", 1)));
    sim.settle(() -> sim.activePods().size() == 1);
    assertThat(sim.events).anyMatch(e -> e.startsWith("SuccessfulCreate: Created pod: web-"));
    assertThat(sim.events).anyMatch(e -> e.startsWith("SuccessfulDelete: Deleted pod: web-"));
  }

  @Test
  void adoptsAndReleasesByLabel() {
    Simulation sim = new Simulation(11);
    sim.addNode("n1");
    Resource<ReplicaSet> sets = sim.client.resource(ReplicaSet.class).inNamespace("default");
    sets.create(replicaSet(2));
    sim.settle(() -> sim.activePods().size() == 2);
    Pod released = sim.activePods().get(0);
    sim.pods()
        .mergePatch(
            released.getMetadata().getName(),
            Map.of("metadata", Map.of("labels", Map.of("app", "other"))));
    sim.settle(() -> sim.activePods().size() == 3);
    Pod free = sim.pods().get(released.getMetadata().getName());
    assertThat(Owners.controllerOf(free)).isEmpty();
    sim.pods()
        .mergePatch(
            free.getMetadata().getName(),
            Map.of("metadata", Map.of("labels", Map.of("app", "web"))));
    sim.settle(() -> sim.activePods().size() == 2);
    assertThat(sim.activePods()).allMatch(pod -> Owners.controllerOf(pod).isPresent());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23, 24, 25, 26})
  void rollsOutWithinItsBounds(long seed) {
    Simulation sim = new Simulation(seed);
    sim.addNode("n1");
    sim.addNode("n2");
    Resource<Deployment> deployments = sim.client.resource(Deployment.class).inNamespace("default");
    deployments.create(deployment(4, "RollingUpdate"));
    sim.settle(() -> complete(deployments, 4));
    // 25% of 4: never more than 5 pods asked for, and never fewer than 3 that work.
    sim.invariant(() -> asked(sim) <= 5 && ready(sim) >= 3);
    change(deployments, "two");
    sim.faults(true);
    sim.run(1500);
    sim.settle(() -> complete(deployments, 4) && images(sim).equals(Set.of("two")));
    assertThat(revisions(sim)).containsExactlyInAnyOrder("1", "2");
    change(deployments, "one");
    sim.settle(() -> complete(deployments, 4) && images(sim).equals(Set.of("one")));
    assertThat(revisions(sim)).containsExactlyInAnyOrder("2", "3");
    assertThat(deployments.get("web").getMetadata().getAnnotations())
        .containsEntry("deployment.kubernetes.io/revision", "3");
    assertThat(deployments.get("web").getStatus().getConditions())
        .anyMatch(c -> "NewReplicaSetAvailable".equals(c.getReason()));
  }

  @Test
  void recreatesWithNoTwoVersionsAtOnce() {
    Simulation sim = new Simulation(31);
    sim.addNode("n1");
    Resource<Deployment> deployments = sim.client.resource(Deployment.class).inNamespace("default");
    deployments.create(deployment(3, "Recreate"));
    sim.settle(() -> complete(deployments, 3));
    sim.invariant(() -> images(sim).size() <= 1);
    change(deployments, "two");
    sim.run(600);
    sim.settle(() -> complete(deployments, 3) && images(sim).equals(Set.of("two")));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {91, 92, 93})
  void keepsADaemonOnEachNodeAndReplacesOneAtATime(long seed) {
    Simulation sim = new Simulation(seed);
    sim.addNode("n1");
    sim.addNode("n2");
    Resource<DaemonSet> sets = sim.client.resource(DaemonSet.class).inNamespace("default");
    sets.create(
        new DaemonSetBuilder()
            .withNewMetadata()
            .withName("agent")
            .withNamespace("default")
            .endMetadata()
            .withNewSpec()
            .withNewSelector()
            .addToMatchLabels("app", "web")
            .endSelector()
            .withTemplate(template("one"))
            .endSpec()
            .build());
    sim.settle(() -> daemons(sim, sets) == 2);
    sim.addNode("n3");
    sim.settle(() -> daemons(sim, sets) == 3);
    sim.invariant(() -> ready(sim) >= 2);
    sets.update(
        new DaemonSetBuilder(sets.get("agent"))
            .editSpec()
            .withTemplate(template("two"))
            .endSpec()
            .build());
    sim.faults(true);
    sim.run(600);
    sim.settle(() ->
        images(sim).equals(Set.of("two"))
            && sets.get("agent").getStatus().getUpdatedNumberScheduled() == 3
            && daemons(sim, sets) == 3);
    assertThat(sim.client.resource(ControllerRevision.class).listAll(ListOptions.ALL).items())
        .hasSize(2);
  }

  private static int daemons(Simulation sim, Resource<DaemonSet> sets) {
    Set<String> nodes =
        sim.activePods().stream()
            .map(kontiki.orchestrator.client.Pods::nodeName)
            .collect(Collectors.toSet());
    DaemonSet now = sets.get("agent");
    boolean agreed =
        now.getStatus() != null
            && now.getStatus().getNumberAvailable() != null
            && now.getStatus().getNumberAvailable() == nodes.size();
    return agreed && sim.activePods().size() == nodes.size() ? nodes.size() : -1;
  }

  @Test
  void sharesAScaleWhilePausedHalfWay() {
    Simulation sim = new Simulation(41);
    sim.addNode("n1");
    Resource<Deployment> deployments = sim.client.resource(Deployment.class).inNamespace("default");
    deployments.create(deployment(4, "RollingUpdate"));
    sim.settle(() -> complete(deployments, 4));
    change(deployments, "two");
    sim.run(60);
    deployments.mergePatch("web", Map.of("spec", Map.of("paused", true, "replicas", 8)));
    sim.settle(() -> {
      int total =
          sim.client.resource(ReplicaSet.class).listAll(ListOptions.ALL).items().stream()
              .mapToInt(s -> s.getSpec().getReplicas())
              .sum();
      return total >= 8 && total <= 10;
    });
    deployments.mergePatch("web", Map.of("spec", Map.of("paused", false)));
    sim.settle(() -> complete(deployments, 8) && images(sim).equals(Set.of("two")));
  }

  @Test
  void listsTheAddressesOfAServiceAsPodsComeAndGo() {
    Simulation sim = new Simulation(51);
    sim.addNode("n1");
    sim.client
        .resource(Service.class)
        .create(
            new ServiceBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .addToSelector("app", "web")
                .addNewPort()
                .withPort(80)
                .withNewTargetPort(8080)
                .endPort()
                .endSpec()
                .build());
    Resource<ReplicaSet> sets = sim.client.resource(ReplicaSet.class).inNamespace("default");
    sets.create(replicaSet(3));
    sim.settle(() -> addresses(sim).size() == 3);
    assertThat(sliceAddresses(sim)).isEqualTo(addresses(sim));
    sets.mergePatch("web", Map.of("spec", Map.of("replicas", 0)));
    sim.settle(() -> addresses(sim).isEmpty() && sliceAddresses(sim).isEmpty());
    sim.client.resource(Service.class).inNamespace("default").delete("web", DeleteOptions.DEFAULT);
    sim.settle(() ->
        sim.client.resource(EndpointSlice.class).listAll(ListOptions.ALL).items().isEmpty()
            && sim.client.resource(Endpoints.class).listAll(ListOptions.ALL).items().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Background", "Foreground"})
  void deletesWhatADeletedDeploymentOwned(String policy) {
    Simulation sim = new Simulation(61);
    sim.addNode("n1");
    Resource<Deployment> deployments = sim.client.resource(Deployment.class).inNamespace("default");
    deployments.create(deployment(2, "RollingUpdate"));
    sim.settle(() -> complete(deployments, 2));
    deployments.delete("web", DeleteOptions.DEFAULT.propagating(policy));
    sim.settle(() -> sim.pods().listAll(ListOptions.ALL).items().isEmpty());
    sim.settle(() -> deployments.find("web").isEmpty());
    assertThat(sim.client.resource(ReplicaSet.class).listAll(ListOptions.ALL).items()).isEmpty();
  }

  @Test
  void leavesOrphansAlone() {
    Simulation sim = new Simulation(62);
    sim.addNode("n1");
    Resource<ReplicaSet> sets = sim.client.resource(ReplicaSet.class).inNamespace("default");
    sets.create(replicaSet(2));
    sim.settle(() -> sim.activePods().size() == 2);
    sets.delete("web", DeleteOptions.DEFAULT.propagating("Orphan"));
    sim.settle(() -> sets.find("web").isEmpty());
    assertThat(sim.activePods()).hasSize(2).allMatch(p -> Owners.controllerOf(p).isEmpty());
  }

  @Test
  void fillsATokenSecretAndDeletesItWithItsAccount() {
    Simulation sim = new Simulation(72);
    Resource<ServiceAccount> accounts =
        sim.client.resource(ServiceAccount.class).inNamespace("default");
    accounts.create(
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withName("default")
            .withNamespace("default")
            .endMetadata()
            .build());
    Resource<Secret> secrets = sim.client.resource(Secret.class).inNamespace("default");
    secrets.create(
        new SecretBuilder()
            .withNewMetadata()
            .withName("token")
            .withNamespace("default")
            .addToAnnotations("kubernetes.io/service-account.name", "default")
            .endMetadata()
            .withType("kubernetes.io/service-account-token")
            .build());
    sim.settle(() ->
        secrets
            .find("token")
            .filter(s -> s.getData() != null && s.getData().containsKey("token"))
            .isPresent());
    assertThat(secrets.get("token").getData()).containsKeys("ca.crt", "namespace", "token");
    accounts.delete("default", DeleteOptions.DEFAULT);
    sim.settle(() -> secrets.find("token").isEmpty());
  }

  @Test
  void furnishesAndEmptiesNamespaces() {
    Simulation sim = new Simulation(71);
    sim.addNode("n1");
    sim.client.resource(Namespace.class).create(Simulation.namespace("team"));
    Resource<ServiceAccount> accounts =
        sim.client.resource(ServiceAccount.class).inNamespace("team");
    Resource<ConfigMap> maps = sim.client.resource(ConfigMap.class).inNamespace("team");
    sim.settle(
        () -> accounts.find("default").isPresent() && maps.find("kube-root-ca.crt").isPresent());
    maps.delete("kube-root-ca.crt", DeleteOptions.DEFAULT);
    sim.settle(() -> maps.find("kube-root-ca.crt").isPresent());
    assertThat(maps.get("kube-root-ca.crt").getData()).containsEntry("ca.crt", "CA");
    sim.client.resource(Namespace.class).delete("team", DeleteOptions.DEFAULT);
    sim.settle(() -> sim.client.resource(Namespace.class).find("team").isEmpty());
    assertThat(maps.listAll(ListOptions.ALL).items()).isEmpty();
    assertThat(accounts.listAll(ListOptions.ALL).items()).isEmpty();
  }

  @Test
  void givesEachNodeARangeOfItsOwn() {
    Simulation sim = new Simulation(81);
    for (int i = 0; i < 5; i++) {
      sim.addNode("n" + i);
    }
    sim.settle(() -> ranges(sim).size() == 5);
    assertThat(ranges(sim)).contains("10.244.0.0/24", "10.244.4.0/24");
    sim.client.resource(Node.class).delete("n2", DeleteOptions.DEFAULT);
    sim.settle(() -> ranges(sim).size() == 4);
    sim.addNode("n9");
    sim.settle(() -> ranges(sim).size() == 5);
  }

  private static Set<String> ranges(Simulation sim) {
    return sim.client.resource(Node.class).listAll(ListOptions.ALL).items().stream()
        .filter(node -> node.getSpec() != null && node.getSpec().getPodCIDR() != null)
        .map(node -> node.getSpec().getPodCIDR())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void change(Resource<Deployment> deployments, String image) {
    deployments.update(
        new DeploymentBuilder(deployments.get("web"))
            .editSpec()
            .withTemplate(template(image))
            .endSpec()
            .build());
  }

  private static boolean complete(Resource<Deployment> deployments, int replicas) {
    Deployment now = deployments.get("web");
    return now.getStatus() != null
        && now.getMetadata().getGeneration().equals(now.getStatus().getObservedGeneration())
        && now.getStatus().getUpdatedReplicas() == replicas
        && now.getStatus().getReplicas() == replicas
        && now.getStatus().getAvailableReplicas() == replicas;
  }

  private static long ready(Simulation sim) {
    return sim.activePods().stream().filter(kontiki.orchestrator.client.Pods::isReady).count();
  }

  private static int asked(Simulation sim) {
    return sim.client.resource(ReplicaSet.class).listAll(ListOptions.ALL).items().stream()
        .mapToInt(set -> set.getSpec().getReplicas())
        .sum();
  }

  private static Set<String> images(Simulation sim) {
    return sim.activePods().stream()
        .map(pod -> pod.getSpec().getContainers().get(0).getImage())
        .collect(Collectors.toSet());
  }

  private static List<String> revisions(Simulation sim) {
    return sim.client.resource(ReplicaSet.class).listAll(ListOptions.ALL).items().stream()
        .map(set -> set.getMetadata().getAnnotations().get("deployment.kubernetes.io/revision"))
        .toList();
  }

  private static Set<String> addresses(Simulation sim) {
    return sim.client.resource(Endpoints.class).listAll(ListOptions.ALL).items().stream()
        .flatMap(e -> e.getSubsets().stream())
        .flatMap(s -> s.getAddresses().stream())
        .map(a -> a.getIp())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> sliceAddresses(Simulation sim) {
    return sim.client.resource(EndpointSlice.class).listAll(ListOptions.ALL).items().stream()
        .flatMap(slice -> slice.getEndpoints().stream())
        .filter(e -> Boolean.TRUE.equals(e.getConditions().getReady()))
        .flatMap(e -> e.getAddresses().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
