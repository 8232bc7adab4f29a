package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import kontiki.node.kubelet.plan.StatusPlan;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends pod statuses to the API server on {@link #SENDERS} virtual threads. Only the newest status
 * of a pod waits to be sent, so the queue is bounded by the number of pods. A refused or failed
 * status is sent again; a pod that is gone is forgotten. Thread-safe.
 */
public final class ApiStatuses implements PodStatusSink, AutoCloseable {
  static final int SENDERS = 4;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(ApiStatuses.class);

  private final ApiClient client;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
  private final List<Thread> senders;

  /** One pod's state; guarded by itself. */
  private static final class Entry {
    private Pod pod;
    private @Nullable PodStatus wanted;
    private @Nullable PodStatus sent;
    private @Nullable Pod latest;
    private boolean finish;
    private boolean queued;

    Entry(Pod pod) {
      this.pod = pod;
    }

    private boolean settled() {
      return wanted == null || wanted.equals(sent);
    }
  }

  public ApiStatuses(ApiClient client) {
    this.client = client;
    this.senders =
        IntStream.range(0, SENDERS)
            .mapToObj(i -> Thread.ofVirtual().name("status-" + i).start(this::sendUntilClosed))
            .toList();
  }

  @Override
  public void report(Pod pod, PodStatus status) {
    change(
        pod,
        entry -> {
          if (entry.wanted == null && status.equals(pod.getStatus())) {
            entry.sent = status;
          }
          entry.wanted = status;
        });
  }

  @Override
  public void finished(Pod pod) {
    change(pod, entry -> entry.finish = true);
  }

  @Override
  public boolean settled(String uid) {
    Entry entry = entries.get(uid);
    if (entry == null) {
      return true;
    }
    synchronized (entry) {
      return entry.settled();
    }
  }

  @Override
  public void forget(String uid) {
    entries.remove(uid);
  }

  @Override
  public void close() {
    senders.forEach(Thread::interrupt);
  }

  private void change(Pod pod, Consumer<Entry> change) {
    String uid = pod.getMetadata().getUid();
    Entry entry = entries.computeIfAbsent(uid, key -> new Entry(pod));
    synchronized (entry) {
      entry.pod = pod;
      change.accept(entry);
      if (!entry.queued && (!entry.settled() || entry.finish)) {
        entry.queued = true;
        boolean unused = queue.offer(uid);
      }
    }
  }

  private void sendUntilClosed() {
    try {
      while (true) {
        String uid = queue.take();
        Entry entry = entries.get(uid);
        if (entry != null) {
          send(uid, entry);
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(String uid, Entry entry) throws InterruptedException {
    PodStatus status;
    Pod pod;
    boolean finish;
    synchronized (entry) {
      entry.queued = false;
      status = entry.settled() ? null : entry.wanted;
      pod = newer(entry.latest, entry.pod);
      finish = entry.finish;
    }
    try {
      if (status != null) {
        Optional<Pod> updated = put(uid, pod, status);
        synchronized (entry) {
          entry.sent = status;
          entry.latest = updated.orElse(entry.latest);
        }
      }
      if (finish) {
        delete(uid, pod);
        synchronized (entry) {
          entry.finish = false;
        }
      }
    } catch (ApiException failure) {
      LOG.warn(
          "pod={} event=status-not-sent code={} error={}",
          PodExecutor.name(pod),
          failure.code(),
          failure.getMessage());
      Thread.sleep(RETRY);
      change(pod, unchanged -> {});
    }
  }

  /** The one that the API server wrote later. */
  private static Pod newer(@Nullable Pod ours, Pod source) {
    if (ours == null) {
      return source;
    }
    return version(ours) > version(source) ? ours : source;
  }

  private static long version(Pod pod) {
    String version = pod.getMetadata().getResourceVersion();
    return version != null && version.matches("\\d{1,18}") ? Long.parseLong(version) : -1;
  }

  /** Writes the status; empty if the pod is gone. */
  private Optional<Pod> put(String uid, Pod pod, PodStatus status) {
    Resource<Pod> pods = client.resource(Pod.class).inNamespace(pod.getMetadata().getNamespace());
    Pod base = pod;
    while (true) {
      List<PodCondition> known =
          base.getStatus() == null
              ? List.of()
              : Objects.requireNonNullElse(base.getStatus().getConditions(), List.of());
      try {
        return Optional.of(
            pods.updateStatus(
                new PodBuilder(base)
                    .withStatus(StatusPlan.withConditionsOfOthers(status, known))
                    .build()));
      } catch (ApiException refused) {
        if (refused.isNotFound()) {
          return Optional.empty();
        }
        if (!refused.isConflict()) {
          throw refused;
        }
        Optional<Pod> fresh = pods.find(pod.getMetadata().getName());
        if (fresh.isEmpty() || !uid.equals(fresh.get().getMetadata().getUid())) {
          return Optional.empty();
        }
        base = fresh.get();
      }
    }
  }

  private void delete(String uid, Pod pod) {
    try {
      boolean unused =
          client
              .resource(Pod.class)
              .inNamespace(pod.getMetadata().getNamespace())
              .deleteIfPresent(pod.getMetadata().getName(), DeleteOptions.force(uid));
    } catch (ApiException refused) {
      // Another pod has the name by now: ours is gone.
      if (!refused.isConflict()) {
        throw refused;
      }
    }
  }
}
