package kontiki.node.kubelet.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kontiki.node.cri.CriException;
import kontiki.node.cri.CriRuntime;
import kontiki.node.cri.pb.Image;
import kontiki.node.kubelet.KubeletConfig;
import kontiki.node.kubelet.node.NodeStatusPlan.RuntimeHealth;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.EventRecorder;
import kontiki.orchestrator.client.Json;
import kontiki.orchestrator.client.PatchType;
import kontiki.orchestrator.client.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the node and keeps its status true, on one virtual thread. The engine is asked every
 * {@link #POLL_NOT_READY} until it is ready and every {@link #POLL_READY} afterwards; a change is
 * written at once, an unchanged status every {@link KubeletConfig#STATUS_HEARTBEAT}.
 */
public final class NodeReporter implements AutoCloseable {
  static final Duration POLL_NOT_READY = Duration.ofMillis(100);
  static final Duration POLL_READY = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(250);
  private static final Logger LOG = LoggerFactory.getLogger(NodeReporter.class);

  private final KubeletConfig config;
  private final NodeFacts facts;
  private final CriRuntime runtime;
  private final Resource<Node> nodes;
  private final EventRecorder events;
  private final InstantSource clock;
  private final Thread thread;
  private @Nullable RuntimeHealth written;
  private List<Image> writtenImages = List.of();
  private List<NodeCondition> conditions = List.of();
  private Instant writtenAt = Instant.MIN;
  private volatile @Nullable Node node;

  public NodeReporter(
      KubeletConfig config,
      NodeFacts facts,
      CriRuntime runtime,
      ApiClient client,
      EventRecorder events,
      InstantSource clock) {
    this.config = config;
    this.facts = facts;
    this.runtime = runtime;
    this.nodes = client.resource(Node.class);
    this.events = events;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("node-status").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** The node as registered; empty before. */
  public Optional<Node> node() {
    return Optional.ofNullable(node);
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(step());
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks and writes once; how long to wait. */
  private Duration step() {
    RuntimeHealth health = health();
    try {
      boolean changed = !health.equals(written);
      List<Image> images = health.good() ? runtime.listImages() : List.of();
      changed |= health.good() && !images.equals(writtenImages);
      if (node == null) {
        register(health, images);
      } else if (changed
          || writtenAt.plus(KubeletConfig.STATUS_HEARTBEAT).isBefore(clock.instant())) {
        write(health, images);
      }
    } catch (ApiException | CriException failure) {
      if (Thread.currentThread().isInterrupted()) {
        return RETRY;
      }
      LOG.warn("node={} event=status-not-sent error={}", config.nodeName(), failure.getMessage());
      return RETRY;
    }
    return health.good() ? POLL_READY : POLL_NOT_READY;
  }

  private RuntimeHealth health() {
    try {
      return RuntimeHealth.of(runtime.status(false));
    } catch (CriException down) {
      return new RuntimeHealth("container runtime is down: " + down.getMessage());
    }
  }

  private void register(RuntimeHealth health, List<Image> images) {
    Optional<Node> found = nodes.find(config.nodeName());
    if (found.isPresent()) {
      Node known = found.get();
      if (known.getStatus() != null && known.getStatus().getConditions() != null) {
        conditions = known.getStatus().getConditions();
      }
      Map<String, String> labels =
          new LinkedHashMap<>(
              Objects.requireNonNullElse(known.getMetadata().getLabels(), Map.of()));
      if (!labels.entrySet().containsAll(NodeStatusPlan.labels(config, facts).entrySet())) {
        known =
            nodes.mergePatch(
                config.nodeName(),
                Map.of("metadata", Map.of("labels", NodeStatusPlan.labels(config, facts))));
      }
      node = known;
      write(health, images);
    } else {
      NodeStatus status = status(health, images);
      node = nodes.create(NodeStatusPlan.node(config, facts, status));
      noteWritten(health, images, status);
    }
    LOG.info("node={} event=registered ready={}", config.nodeName(), health.good());
    Node registered = node;
    if (registered != null) {
      events.normal(registered, "Starting", "Starting kubelet.");
    }
  }

  private void write(RuntimeHealth health, List<Image> images) {
    NodeStatus status = status(health, images);
    RuntimeHealth before = written;
    try {
      node =
          nodes.patch(
              config.nodeName(),
              PatchType.STRATEGIC,
              Json.write(Map.of("status", status)),
              "status");
    } catch (ApiException refused) {
      if (refused.isNotFound()) {
        // Somebody deleted the node: register it anew.
        node = null;
      }
      throw refused;
    }
    noteWritten(health, images, status);
    Node now = node;
    if (now != null && (before == null || before.good() != health.good())) {
      LOG.info(
          "node={} event=ready-changed ready={} problem={}",
          config.nodeName(),
          health.good(),
          health.problem());
      events.normal(
          now,
          health.good() ? "NodeReady" : "NodeNotReady",
          "Node "
              + config.nodeName()
              + " status is now: Node"
              + (health.good() ? "" : "Not")
              + "Ready");
    }
  }

  private NodeStatus status(RuntimeHealth health, List<Image> images) {
    return NodeStatusPlan.status(config, facts, health, images, conditions, clock.instant());
  }

  private void noteWritten(RuntimeHealth health, List<Image> images, NodeStatus status) {
    written = health;
    writtenImages = images;
    writtenAt = clock.instant();
    conditions = status.getConditions();
  }
}
