package kontiki.node.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import kontiki.node.cri.CriException;
import kontiki.node.cri.CriRuntime;
import kontiki.node.cri.pb.VersionResponse;
import kontiki.node.kubelet.node.NodeFacts;
import kontiki.node.kubelet.node.NodeLease;
import kontiki.node.kubelet.node.NodeReporter;
import kontiki.node.kubelet.node.ResolvConf;
import kontiki.node.kubelet.pod.ApiObjects;
import kontiki.node.kubelet.pod.ApiPodEvents;
import kontiki.node.kubelet.pod.ApiStatuses;
import kontiki.node.kubelet.pod.PodParts;
import kontiki.node.kubelet.pod.PodWorkers;
import kontiki.node.kubelet.pod.PullSecrets;
import kontiki.node.kubelet.runtime.Cgroups;
import kontiki.node.kubelet.runtime.PodPaths;
import kontiki.node.kubelet.server.KubeletServer;
import kontiki.node.kubelet.volume.Mounts;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.EventRecorder;
import kontiki.orchestrator.client.Informer;
import kontiki.orchestrator.client.ListOptions;
import kontiki.orchestrator.client.ResourceHandler;
import kontiki.pki.transport.TlsIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One kubelet: follows the pods bound to its node and makes the engine run them. Closing it leaves
 * the containers running; the next kubelet on the same directories takes them over.
 */
public final class Kubelet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Kubelet.class);

  /** How long the engine may take to answer for the first time. */
  private static final Duration ENGINE_PATIENCE = Duration.ofMinutes(2);

  private static final Duration ENGINE_POLL = Duration.ofMillis(50);

  private final PodWorkers pods;
  private final ApiStatuses statuses;
  private final EventRecorder events;
  private final Informer<Pod> podInformer;
  private final Informer<Service> serviceInformer;
  private final NodeReporter node;
  private final NodeLease lease;
  private final KubeletServer server;

  /** What a kubelet works with; the caller keeps and closes them. */
  public record Surroundings(
      CriRuntime runtime,
      ApiClient client,
      TlsIdentity identity,
      Mounts mounts,
      Cgroups cgroups,
      InstantSource clock) {}

  private Kubelet(KubeletConfig config, Surroundings around) throws IOException {
    InstantSource clock = around.clock();
    ApiClient client = around.client();
    PodPaths paths = new PodPaths(config.rootDir(), config.logDir());
    Files.createDirectories(paths.pods());
    Files.createDirectories(paths.logRoot());
    VersionResponse version = awaitEngine(around.runtime(), clock);
    NodeFacts facts = NodeFacts.read(config, version);

    events = new EventRecorder(client, "kubelet", config.nodeName(), clock);
    serviceInformer = Informer.of(client.resource(Service.class));
    statuses = new ApiStatuses(client);
    ApiObjects objects = new ApiObjects(client, serviceInformer.store(), clock);
    pods =
        new PodWorkers(
            config,
            new PodParts(
                around.runtime(),
                objects,
                new PullSecrets(objects),
                around.cgroups(),
                around.mounts(),
                new ResolvConf(Path.of("/etc/resolv.conf")),
                new ApiPodEvents(events),
                statuses,
                facts.capacity(),
                facts.memoryBytes(),
                clock));
    podInformer =
        Informer.of(
                client.resource(Pod.class),
                ListOptions.fields("spec.nodeName=" + config.nodeName()))
            .handler(new PodSource());
    node = new NodeReporter(config, facts, around.runtime(), client, events, clock);
    lease = new NodeLease(config.nodeName(), client, node::node, clock);
    server =
        new KubeletServer(
            List.of(new InetSocketAddress(config.nodeIp(), config.port())),
            around.identity(),
            pods,
            paths,
            clock);
  }

  /**
   * Starts a kubelet.
   *
   * @throws IOException when the engine does not answer, a directory is unusable or the port is
   *     taken
   */
  public static Kubelet start(KubeletConfig config, Surroundings around) throws IOException {
    Kubelet kubelet = new Kubelet(config, around);
    kubelet.start();
    LOG.info("node={} event=started port={}", config.nodeName(), config.port());
    return kubelet;
  }

  private void start() {
    node.start();
    lease.start();
    serviceInformer.start();
    podInformer.start();
    pods.start();
    Thread unused =
        Thread.ofVirtual()
            .name("sources")
            .start(() -> {
              try {
                while (!podInformer.awaitSync(Duration.ofMinutes(1))) {
                  LOG.warn("event=waiting-for-pods");
                }
                pods.sourcesComplete();
              } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Where the kubelet's server listens. */
  public List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  @Override
  public void close() {
    server.close();
    podInformer.close();
    serviceInformer.close();
    node.close();
    lease.close();
    pods.close();
    statuses.close();
    events.close();
  }

  private static VersionResponse awaitEngine(CriRuntime runtime, InstantSource clock)
      throws IOException {
    var deadline = clock.instant().plus(ENGINE_PATIENCE);
    while (true) {
      try {
        return runtime.version();
      } catch (CriException notYet) {
        if (clock.instant().isAfter(deadline)) {
          throw new IOException(
              "the container engine does not answer ("
                  + notYet.getMessage()
                  + "): is it running, and is --container-runtime-endpoint its socket?",
              notYet);
        }
      }
      try {
        Thread.sleep(ENGINE_POLL);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for the container engine", interrupted);
      }
    }
  }

  /** Hands the API server's pods to the workers. */
  private final class PodSource implements ResourceHandler<Pod> {
    @Override
    public void added(Pod pod) {
      pods.put(pod);
    }

    @Override
    public void updated(Pod old, Pod pod) {
      if (!old.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
        pods.remove(old.getMetadata().getUid());
      }
      pods.put(pod);
    }

    @Override
    public void deleted(Pod pod) {
      pods.remove(pod.getMetadata().getUid());
    }
  }
}
