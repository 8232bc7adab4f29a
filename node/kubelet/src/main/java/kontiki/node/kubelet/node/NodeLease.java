package kontiki.node.kubelet.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;
import kontiki.node.kubelet.KubeletConfig;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the node's Lease in {@code kube-node-lease}, by which the node lifecycle controller knows
 * that the node lives (docs: "Node heartbeats"), on one virtual thread.
 */
public final class NodeLease implements AutoCloseable {
  private static final String NAMESPACE = "kube-node-lease";
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);

  private final String nodeName;
  private final Resource<Lease> leases;
  private final Supplier<Optional<Node>> node;
  private final InstantSource clock;
  private final Thread thread;

  /** Renews the lease of a node; {@code node} gives it once it is registered. */
  public NodeLease(
      String nodeName, ApiClient client, Supplier<Optional<Node>> node, InstantSource clock) {
    this.nodeName = nodeName;
    this.leases = client.resource(Lease.class).inNamespace(NAMESPACE);
    this.node = node;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("node-lease").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(renew() ? KubeletConfig.LEASE_RENEWAL : RETRY);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean renew() {
    Optional<Node> owner = node.get();
    if (owner.isEmpty()) {
      return false;
    }
    ZonedDateTime now = clock.instant().truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
    try {
      Optional<Lease> current = leases.find(nodeName);
      if (current.isPresent()) {
        Lease unused =
            leases.update(
                new LeaseBuilder(current.get()).editSpec().withRenewTime(now).endSpec().build());
      } else {
        Lease unused = leases.create(lease(owner.get(), now));
      }
      return true;
    } catch (ApiException failure) {
      LOG.warn(
          "node={} event=lease-not-renewed code={} error={}",
          nodeName,
          failure.code(),
          failure.getMessage());
      return false;
    }
  }

  private Lease lease(Node owner, ZonedDateTime now) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(nodeName)
        .withNamespace(NAMESPACE)
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(nodeName)
                .withUid(owner.getMetadata().getUid())
                .build())
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(nodeName)
        .withLeaseDurationSeconds((int) KubeletConfig.LEASE_RENEWAL.toSeconds() * 4)
        .withRenewTime(now)
        .endSpec()
        .build();
  }
}
