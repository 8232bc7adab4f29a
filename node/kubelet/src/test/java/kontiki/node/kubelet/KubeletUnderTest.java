package kontiki.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import kontiki.node.cri.CriRuntime;
import kontiki.node.kubelet.runtime.Cgroups;
import kontiki.node.kubelet.volume.Mounts;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.memory.MemoryApi;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.ClusterPlan;
import kontiki.pki.ca.PkiDirectory;
import kontiki.pki.transport.HttpsClient;
import kontiki.pki.transport.TlsIdentity;

/**
 * A kubelet on an API server in memory, with certificates of its own and a client of its server.
 */
public final class KubeletUnderTest implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  public static final String NODE = "n1";

  private final KubeletConfig config;
  private final Kubelet.Surroundings around;
  private final ApiClient client;
  private final HttpsClient https;
  private Kubelet kubelet;

  /** Prepares everything and starts the kubelet. */
  public KubeletUnderTest(
      Path directory, String cgroupRoot, CriRuntime runtime, Mounts mounts, Cgroups cgroups)
      throws IOException {
    PkiDirectory pki =
        PkiDirectory.create(
            directory.resolve("pki"),
            ClusterPlan.of(
                List.of(new ClusterPlan.Member("m1", List.of())),
                List.of(new ClusterPlan.NodePlan(NODE, List.of("127.0.0.1"))),
                List.of()),
            InstantSource.system());
    CertificateSet set = CertificateSet.API_SERVER_NODE;
    config =
        new KubeletConfig(
            NODE,
            "127.0.0.1",
            directory.resolve("kubelet"),
            directory.resolve("pod-logs"),
            0,
            List.of("10.96.0.10"),
            "cluster.local",
            "docker.io/kontiki/pause:1",
            cgroupRoot);
    client = new ApiClient(new MemoryApi(InstantSource.system(), new Random(7)));
    around =
        new Kubelet.Surroundings(
            runtime,
            client,
            TlsIdentity.load(pki.certificate(set, NODE), pki.key(set, NODE), pki.authority(set)),
            mounts,
            cgroups,
            InstantSource.system());
    https =
        HttpsClient.create(
            TlsIdentity.load(
                pki.certificate(set, "apiserver"), pki.key(set, "apiserver"), pki.authority(set)));
    kubelet = Kubelet.start(config, around);
  }

  public ApiClient client() {
    return client;
  }

  public KubeletConfig config() {
    return config;
  }

  /** Ends the kubelet as a kill does, and starts another one on the same directories. */
  public void restart() throws IOException {
    kubelet.close();
    kubelet = Kubelet.start(config, around);
  }

  public void stop() {
    kubelet.close();
  }

  public void startAgain() throws IOException {
    kubelet = Kubelet.start(config, around);
  }

  @Override
  public void close() {
    kubelet.close();
    https.close();
    client.close();
  }

  /** Asks the kubelet's server. */
  public HttpResponse<InputStream> get(String path) throws IOException, InterruptedException {
    InetSocketAddress address = kubelet.addresses().getFirst();
    return https.send(
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + address.getPort() + path))
            .build());
  }

  public String text(String path) throws IOException, InterruptedException {
    try (InputStream body = get(path).body()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public Resource<Pod> pods() {
    return client.resource(Pod.class).inNamespace("default");
  }

  /** A container of the sample image that runs a line of shell. */
  public static Container shell(String name, String line) {
    return new ContainerBuilder()
        .withName(name)
        .withImage("kontiki/kubia")
        .withCommand("/bin/sh", "-c", line)
        .build();
  }

  /** Creates a pod, bound to the node. */
  public Pod create(String name, PodSpec spec) {
    return pods()
        .create(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToLabels("app", name)
                .endMetadata()
                .withSpec(
                    new PodSpecBuilder(spec)
                        .withNodeName(NODE)
                        .withTerminationGracePeriodSeconds(
                            spec.getTerminationGracePeriodSeconds() == null
                                ? 5L
                                : spec.getTerminationGracePeriodSeconds())
                        .build())
                .build());
  }

  public void delete(String name) {
    pods().delete(name, DeleteOptions.DEFAULT);
  }

  /** Waits until the pod is so. */
  public Pod await(String name, String what, Predicate<Pod> condition) {
    Pod[] last = new Pod[1];
    await(
        () -> what + ": " + (last[0] == null ? "no pod" : last[0].getStatus()),
        () -> {
          Optional<Pod> found = pods().find(name);
          last[0] = found.orElse(null);
          return found.isPresent()
              && found.get().getStatus() != null
              && condition.test(found.get());
        });
    return last[0];
  }

  public void awaitGone(String name) {
    await(() -> name + " is still there", () -> pods().find(name).isEmpty());
  }

  public static boolean is(Pod pod, String conditionType) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(condition ->
            condition.getType().equals(conditionType) && condition.getStatus().equals("True"));
  }

  public static boolean ready(Pod pod) {
    return is(pod, "Ready");
  }

  /** A condition that may throw. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  /** Waits until the condition holds; fails with the message after the patience. */
  public static void await(Supplier<String> message, Condition condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!condition.holds()) {
        assertThat(Instant.now()).as(message.get()).isBefore(deadline);
        assertThat(never.await(20, TimeUnit.MILLISECONDS)).isFalse();
      }
    } catch (RuntimeException failure) {
      throw failure;
    } catch (Exception failure) {
      throw new AssertionError(message.get(), failure);
    }
  }
}
