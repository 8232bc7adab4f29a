package kontiki.node.kubelet.real;

import static kontiki.node.kubelet.KubeletUnderTest.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kontiki.node.cri.pb.ContainerFilter;
import kontiki.node.cri.pb.PodSandboxFilter;
import kontiki.node.kubelet.KubeletUnderTest;
import kontiki.node.kubelet.runtime.Cgroups;
import kontiki.node.kubelet.volume.LinuxMounts;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.ListOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods of a real containerd, from their binding to their end. */
class KubeletOnContainerdTest {
  private static ContainerdNode node;
  private KubeletUnderTest kubelet;
  private Path directory;

  @BeforeAll
  static void startNode() throws Exception {
    String missing = ContainerdNode.missing();
    assumeTrue(missing.isEmpty(), "no containerd can be run here: " + missing);
    node = ContainerdNode.start();
  }

  @AfterAll
  static void stopNode() {
    if (node != null) {
      node.close();
    }
  }

  @BeforeEach
  void startKubelet() throws Exception {
    directory = Files.createTempDirectory(node.directory(), "k");
    kubelet =
        new KubeletUnderTest(
            directory,
            node.cgroupRoot(),
            node.client(),
            new LinuxMounts(),
            new Cgroups(Path.of("/sys/fs/cgroup")));
  }

  @AfterEach
  void stopKubelet() throws Exception {
    kubelet.close();
    node.removePods();
    new LinuxMounts().unmountBelow(directory);
  }

  @Test
  void thePodRunsAnswersLogsAndEndsInPeace() throws Exception {
    kubelet.create(
        "web",
        new PodSpecBuilder()
            .addToContainers(
                new ContainerBuilder()
                    .withName("kubia")
                    .withImage("kontiki/kubia")
                    .addNewPort()
                    .withContainerPort(8080)
                    .withName("http")
                    .endPort()
                    .withNewReadinessProbe()
                    .withPeriodSeconds(1)
                    .withNewHttpGet()
                    .withPath("/")
                    .withNewPort("http")
                    .endHttpGet()
                    .endReadinessProbe()
                    .withNewResources()
                    .addToLimits("memory", new Quantity("64Mi"))
                    .addToLimits("cpu", new Quantity("500m"))
                    .addToRequests("cpu", new Quantity("100m"))
                    .endResources()
                    .build())
            .build());
    Pod pod = kubelet.await("web", "ready", KubeletUnderTest::ready);
    assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
    assertThat(pod.getStatus().getPodIP()).startsWith("10.202.");
    assertThat(pod.getStatus().getHostIP()).isEqualTo("127.0.0.1");
    assertThat(pod.getStatus().getStartTime()).isNotNull();
    ContainerStatus status = pod.getStatus().getContainerStatuses().getFirst();
    assertThat(status.getContainerID()).startsWith("containerd://");
    assertThat(status.getState().getRunning()).isNotNull();
    assertThat(status.getImageID()).isNotEmpty();

    try (var http = new Socket(pod.getStatus().getPodIP(), 8080)) {
      http.getOutputStream()
          .write("GET /any HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(http.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200 OK")
          .endsWith("You've hit web\n");
    }
    KubeletUnderTest.await(
        () -> "no request in the log",
        () ->
            kubelet
                .text("/containerLogs/default/web/kubia")
                .contains("Received request GET /any HTTP/1.1"));
    assertThat(kubelet.text("/containerLogs/default/web/kubia"))
        .startsWith("Kubia server starting...\n");
    assertThat(kubelet.text("/containerLogs/default/web/kubia?tailLines=1&timestamps=true"))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\S+ Received .*\n");
    assertThat(kubelet.get("/containerLogs/default/none/kubia").statusCode()).isEqualTo(404);
    assertThat(kubelet.text("/healthz")).isEqualTo("ok");

    String cgroup = "kubepods/burstable/pod" + pod.getMetadata().getUid();
    String id = status.getContainerID().replaceFirst(".*//", "");
    Path memory =
        Path.of("/sys/fs/cgroup/memory" + node.cgroupRoot(), cgroup, id, "memory.limit_in_bytes");
    if (Files.exists(Path.of("/sys/fs/cgroup/memory"))) {
      assertThat(Files.readString(memory).strip()).isEqualTo("67108864");
    }

    kubelet.delete("web");
    kubelet.awaitGone("web");
    assertThat(node.client().listContainers(ContainerFilter.getDefaultInstance())).isEmpty();
    KubeletUnderTest.await(
        () -> "the sandbox is still there",
        () -> node.client().listPodSandboxes(PodSandboxFilter.getDefaultInstance()).isEmpty());
    KubeletUnderTest.await(
        () -> "files are left",
        () ->
            Files.notExists(
                    kubelet.config().rootDir().resolve("pods/" + pod.getMetadata().getUid()))
                && Files.notExists(memory.getParent().getParent()));
    assertThat(reasons("web")).contains("Pulled", "Created", "Started", "Killing");
  }

  @Test
  void theNodeIsRegisteredReadyAndHoldsItsLease() {
    KubeletUnderTest.await(
        () -> "no ready node",
        () ->
            kubelet
                .client()
                .resource(Node.class)
                .find(KubeletUnderTest.NODE)
                .map(found ->
                    found.getStatus().getConditions().stream()
                        .anyMatch(c ->
                            c.getType().equals("Ready")
                                && c.getStatus().equals("True")
                                && c.getReason().equals("KubeletReady")))
                .orElse(false));
    Node registered = kubelet.client().resource(Node.class).get(KubeletUnderTest.NODE);
    assertThat(registered.getMetadata().getLabels())
        .containsEntry("kubernetes.io/hostname", "n1")
        .containsEntry("kubernetes.io/os", "linux");
    assertThat(registered.getStatus().getCapacity()).containsKeys("cpu", "memory", "pods");
    assertThat(registered.getStatus().getNodeInfo().getContainerRuntimeVersion())
        .startsWith("containerd://");
    KubeletUnderTest.await(
        () -> "no lease",
        () ->
            kubelet
                .client()
                .resource(Lease.class)
                .inNamespace("kube-node-lease")
                .find(KubeletUnderTest.NODE)
                .isPresent());
  }

  @Test
  void aRestartedKubeletFindsItsContainersAndLeavesThemAlone() throws Exception {
    kubelet.create("stay", spec(shell("c", "trap 'exit 0' TERM; while :; do sleep 0.2; done")));
    kubelet.create("leave", spec(shell("c", "exec sleep 1000")));
    Pod before = kubelet.await("stay", "ready", KubeletUnderTest::ready);
    kubelet.await("leave", "ready", KubeletUnderTest::ready);
    kubelet.stop();
    kubelet.pods().delete("leave", DeleteOptions.force(null));
    kubelet.startAgain();
    KubeletUnderTest.await(
        () -> "the pod deleted meanwhile still runs",
        () -> node.client().listPodSandboxes(PodSandboxFilter.getDefaultInstance()).size() == 1);
    Pod after = kubelet.await("stay", "ready", KubeletUnderTest::ready);
    assertThat(id(after)).isEqualTo(id(before));
    assertThat(after.getStatus().getContainerStatuses().getFirst().getRestartCount()).isZero();
    assertThat(after.getStatus().getPodIP()).isEqualTo(before.getStatus().getPodIP());
  }

  @Test
  void aContainerThatKeepsEndingBacksOff() throws Exception {
    kubelet.create(
        "crash", spec(shell("c", "echo dying; echo why > /dev/termination-log; exit 3")));
    Pod pod = kubelet.await("crash", "crash loop", p -> waitsFor(p, "CrashLoopBackOff"));
    ContainerStatus status = pod.getStatus().getContainerStatuses().getFirst();
    assertThat(status.getRestartCount()).isEqualTo(1);
    assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(3);
    assertThat(status.getLastState().getTerminated().getReason()).isEqualTo("Error");
    assertThat(status.getLastState().getTerminated().getMessage()).isEqualTo("why\n");
    assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
    assertThat(status.getState().getWaiting().getMessage())
        .startsWith("back-off 10s restarting failed container=c pod=crash_default(");
    assertThat(kubelet.text("/containerLogs/default/crash/c?previous=true")).isEqualTo("dying\n");
  }

  @Test
  void initContainersRunInOrderAndAJobSucceeds() throws Exception {
    PodSpec spec =
        new PodSpecBuilder()
            .withRestartPolicy("Never")
            .addToInitContainers(
                mounting(shell("one", "echo 1 >> /data/order")),
                mounting(shell("two", "echo 2 >> /data/order")))
            .addToContainers(mounting(shell("main", "echo 3 >> /data/order; cat /data/order")))
            .addToVolumes(
                new VolumeBuilder().withName("data").withNewEmptyDir().endEmptyDir().build())
            .build();
    kubelet.create("job", spec);
    Pod pod = kubelet.await("job", "succeeded", p -> "Succeeded".equals(p.getStatus().getPhase()));
    assertThat(pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated())
        .satisfies(state -> {
          assertThat(state.getReason()).isEqualTo("Completed");
          assertThat(state.getExitCode()).isZero();
        });
    assertThat(kubelet.text("/containerLogs/default/job/main")).isEqualTo("1\n2\n3\n");
  }

  @Test
  void configurationReachesThePodAndFollowsItsSource() throws Exception {
    kubelet
        .client()
        .resource(ConfigMap.class)
        .create(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace("default")
                .endMetadata()
                .addToData("color", "blue")
                .build());
    PodSpec spec =
        new PodSpecBuilder()
            .addToContainers(
                new ContainerBuilder(
                        shell(
                            "c",
                            "echo $GREETING; cat /etc/settings/color; echo; hostname; "
                                + "grep -c Kubernetes-managed /etc/hosts; exec sleep 1000"))
                    .addNewEnv()
                    .withName("COLOR")
                    .withNewValueFrom()
                    .withNewConfigMapKeyRef("color", "settings", false)
                    .endValueFrom()
                    .endEnv()
                    .addNewEnv()
                    .withName("GREETING")
                    .withValue("hello $(COLOR) from $(MY_IP) $(NOBODY)")
                    .endEnv()
                    .addNewVolumeMount()
                    .withName("settings")
                    .withMountPath("/etc/settings")
                    .endVolumeMount()
                    .build())
            .addToVolumes(
                new VolumeBuilder()
                    .withName("settings")
                    .withNewConfigMap()
                    .withName("settings")
                    .endConfigMap()
                    .build())
            .build();
    kubelet.create("configured", spec);
    Pod pod = kubelet.await("configured", "ready", KubeletUnderTest::ready);
    KubeletUnderTest.await(
        () -> "no output",
        () -> kubelet.text("/containerLogs/default/configured/c").endsWith("1\n"));
    assertThat(kubelet.text("/containerLogs/default/configured/c"))
        .isEqualTo("hello blue from $(MY_IP) $(NOBODY)\nblue\nconfigured\n1\n");
    assertThat(node.client().execSync(id(pod), List.of("cat", "/etc/resolv.conf"), 5))
        .satisfies(answer ->
            assertThat(answer.getStdout().toStringUtf8())
                .contains("nameserver 10.96.0.10", "search default.svc.cluster.local"));
  }

  @Test
  void aLogIsFollowedUntilTheContainerEnds() throws Exception {
    kubelet.create(
        "talker", spec(shell("c", "for i in 1 2 3 4 5; do echo line $i; sleep 0.1; done; exit 0")));
    KubeletUnderTest.await(
        () -> "never started",
        () -> kubelet.get("/containerLogs/default/talker/c").statusCode() == 200);
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                kubelet.get("/containerLogs/default/talker/c?follow=true").body(),
                StandardCharsets.UTF_8))) {
      assertThat(reader.lines()).containsExactly("line 1", "line 2", "line 3", "line 4", "line 5");
    }
  }

  @Test
  void aFailingLivenessProbeRestartsAndAMissingImageIsSaid() {
    kubelet.create(
        "sick",
        spec(
            new ContainerBuilder(shell("c", "exec sleep 1000"))
                .withNewLivenessProbe()
                .withPeriodSeconds(1)
                .withFailureThreshold(1)
                .withTerminationGracePeriodSeconds(1L)
                .withNewExec()
                .withCommand("false")
                .endExec()
                .endLivenessProbe()
                .build()));
    kubelet.create(
        "noimage",
        spec(new ContainerBuilder().withName("c").withImage("localhost:1/nothing:1").build()));
    kubelet.await(
        "sick",
        "restarted",
        pod ->
            pod.getStatus().getContainerStatuses().stream()
                .anyMatch(status -> status.getRestartCount() > 0));
    assertThat(reasons("sick")).contains("Unhealthy", "Killing");
    kubelet.await("noimage", "image pull back-off", pod -> waitsFor(pod, "ImagePullBackOff"));
    assertThat(reasons("noimage")).contains("Pulling", "Failed", "BackOff");
  }

  private List<String> reasons(String pod) {
    return kubelet
        .client()
        .resource(Event.class)
        .inNamespace("default")
        .list(ListOptions.ALL)
        .items()
        .stream()
        .filter(event -> event.getInvolvedObject().getName().equals(pod))
        .map(Event::getReason)
        .toList();
  }

  private static boolean waitsFor(Pod pod, String reason) {
    return pod.getStatus().getContainerStatuses().stream()
        .map(status -> status.getState().getWaiting())
        .anyMatch(waiting -> waiting != null && waiting.getReason().equals(reason));
  }

  private static PodSpec spec(Container container) {
    return new PodSpecBuilder()
        .addToContainers(container)
        .withTerminationGracePeriodSeconds(1L)
        .build();
  }

  private static Container mounting(Container container) {
    return new ContainerBuilder(container)
        .addNewVolumeMount()
        .withName("data")
        .withMountPath("/data")
        .endVolumeMount()
        .build();
  }

  private static String id(Pod pod) {
    return pod.getStatus()
        .getContainerStatuses()
        .getFirst()
        .getContainerID()
        .replaceFirst(".*//", "");
  }
}
