package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kontiki.node.cri.CriException;
import kontiki.node.kubelet.KubeletConfig;
import kontiki.node.kubelet.plan.PodRuns;
import kontiki.node.kubelet.runtime.RuntimeReader.PodIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods of the node: one {@link PodWorker} each, woken when the engine's state of its pod
 * changes, which is looked for every {@link KubeletConfig#RELIST}. Pods that the engine has but no
 * source names any more are stopped and removed, once the sources are complete. Thread-safe.
 */
public final class PodWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodWorkers.class);

  /** Grace for a pod of which only its containers are left. */
  private static final long ORPHAN_GRACE_SECONDS = 30;

  /** How long closing waits for calls of the engine that were interrupted. */
  private static final Duration CLOSING = Duration.ofSeconds(5);

  /** How often the directories of pods are compared with the pods. */
  private static final Duration SWEEP = Duration.ofSeconds(30);

  private final PodTools tools;
  private final Map<String, PodWorker> workers = new LinkedHashMap<>();
  private final Set<String> orphans = new LinkedHashSet<>();
  private Map<PodIdentity, String> states = Map.of();
  private Instant sweptAt = Instant.MIN;
  private volatile boolean sourcesComplete;
  private final Thread relist;

  public PodWorkers(KubeletConfig config, PodParts parts) {
    this.tools = PodTools.of(config, parts);
    this.relist = Thread.ofVirtual().name("relist").unstarted(this::relistUntilClosed);
  }

  public void start() {
    relist.start();
  }

  /** A source has this pod, newly or changed. */
  public void put(Pod pod) {
    String uid = pod.getMetadata().getUid();
    synchronized (workers) {
      PodWorker worker = workers.get(uid);
      if (worker != null) {
        worker.update(pod);
        return;
      }
      PodWorker fresh = new PodWorker(pod, tools, () -> forget(uid));
      workers.put(uid, fresh);
      fresh.start();
    }
  }

  /** A source has this pod no more. */
  public void remove(String uid) {
    PodWorker worker;
    synchronized (workers) {
      worker = workers.get(uid);
    }
    if (worker != null) {
      worker.remove();
    }
  }

  /** Every source has told its pods: what else the engine has is an orphan. */
  public void sourcesComplete() {
    sourcesComplete = true;
  }

  /** The pods that are worked on. */
  public List<Pod> pods() {
    synchronized (workers) {
      return workers.values().stream().map(PodWorker::pod).toList();
    }
  }

  public Optional<Pod> find(String namespace, String name) {
    return pods().stream()
        .filter(pod ->
            pod.getMetadata().getNamespace().equals(namespace)
                && pod.getMetadata().getName().equals(name))
        .reduce((older, newer) -> newer);
  }

  /** What the engine has of a pod. */
  public PodRuns runs(String uid) {
    return tools.reader().read(uid);
  }

  /** Ends all threads and waits until the engine is asked nothing more; the containers run on. */
  @Override
  public void close() {
    relist.interrupt();
    List<PodWorker> closing;
    synchronized (workers) {
      closing = List.copyOf(workers.values());
    }
    closing.forEach(PodWorker::close);
    Instant deadline = tools.clock().instant().plus(CLOSING);
    try {
      for (PodWorker worker : closing) {
        if (!worker.awaitEnd(Duration.between(tools.clock().instant(), deadline))) {
          LOG.warn("pod={} event=still-worked-on", PodExecutor.name(worker.pod()));
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void forget(String uid) {
    synchronized (workers) {
      workers.remove(uid);
    }
  }

  private void relistUntilClosed() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(KubeletConfig.RELIST);
        try {
          relistOnce();
        } catch (CriException | IOException unreachable) {
          LOG.warn("event=relist-failed error={}", unreachable.getMessage());
        } catch (RuntimeException defect) {
          // Without this thread no pod would ever be looked at again.
          LOG.error("event=relist-failed", defect);
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void relistOnce() throws IOException {
    Map<PodIdentity, String> now = tools.reader().states();
    Map<PodIdentity, String> before = states;
    states = now;
    Set<PodIdentity> all = new LinkedHashSet<>(before.keySet());
    all.addAll(now.keySet());
    for (PodIdentity pod : all) {
      if (!String.valueOf(before.get(pod)).equals(String.valueOf(now.get(pod)))) {
        wake(pod.uid());
      }
    }
    if (sourcesComplete) {
      now.keySet().stream().filter(pod -> !known(pod.uid())).forEach(this::stopOrphan);
      Instant time = tools.clock().instant();
      if (sweptAt.plus(SWEEP).isBefore(time)) {
        sweptAt = time;
        sweepDirectories(now.keySet());
      }
    }
  }

  private void wake(String uid) {
    synchronized (workers) {
      PodWorker worker = workers.get(uid);
      if (worker != null) {
        worker.wake();
      }
    }
  }

  private boolean known(String uid) {
    synchronized (workers) {
      return workers.containsKey(uid);
    }
  }

  /** Stops and removes, on a thread of its own, a pod that was deleted while no kubelet ran. */
  private void stopOrphan(PodIdentity orphan) {
    synchronized (orphans) {
      if (!orphans.add(orphan.uid())) {
        return;
      }
    }
    LOG.info(
        "pod={}/{} uid={} event=orphan-stopped", orphan.namespace(), orphan.name(), orphan.uid());
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(orphan.namespace())
            .withName(orphan.name())
            .withUid(orphan.uid())
            .endMetadata()
            .withNewSpec()
            .withTerminationGracePeriodSeconds(ORPHAN_GRACE_SECONDS)
            .endSpec()
            .build();
    Thread.ofVirtual()
        .name("orphan-" + orphan.name())
        .start(() -> {
          try {
            PodRuns runs = tools.reader().read(orphan.uid());
            long grace =
                tools.reader().gracePeriodSeconds(orphan.uid()).orElse(ORPHAN_GRACE_SECONDS);
            tools.executor().stopPod(pod, runs, grace, "");
            tools.executor().removeFromEngine(pod, tools.reader().read(orphan.uid()));
            tools.volumes().remove(orphan.uid());
            tools.removeLogs(pod.getMetadata());
          } catch (RuntimeException | IOException failure) {
            LOG.warn(
                "pod={}/{} event=orphan-left error={}",
                orphan.namespace(),
                orphan.name(),
                failure.toString());
          } finally {
            synchronized (orphans) {
              orphans.remove(orphan.uid());
            }
          }
        });
  }

  /** Removes directories, and logs, of pods that neither a source nor the engine knows. */
  private void sweepDirectories(Set<PodIdentity> inEngine) throws IOException {
    Set<String> uids = new LinkedHashSet<>();
    inEngine.forEach(pod -> uids.add(pod.uid()));
    for (Path directory : children(tools.paths().pods())) {
      String uid = directory.getFileName().toString();
      if (!uids.contains(uid) && !known(uid)) {
        tools.volumes().remove(uid);
      }
    }
    for (Path directory : children(tools.paths().logRoot())) {
      String name = directory.getFileName().toString();
      String uid = name.substring(name.lastIndexOf('_') + 1);
      if (name.chars().filter(c -> c == '_').count() == 2 && !uids.contains(uid) && !known(uid)) {
        PodTools.removeTree(directory);
      }
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        entries.forEach(children::add);
      }
    }
    return children;
  }
}
