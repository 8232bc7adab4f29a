package kontiki.orchestrator.controllers.daemonset;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.controllers.history.Revisions;
import org.jspecify.annotations.Nullable;

/**
 * What to do for one DaemonSet now, and its status. Pure.
 *
 * @param create the nodes that lack a pod
 * @param delete pods that are too many, ended, on the wrong node, or old and due for replacement
 */
record DaemonSetPlan(List<String> create, List<Pod> delete, DaemonSetStatus status) {
  static DaemonSetPlan decide(
      DaemonSet set, List<Node> nodes, List<Pod> owned, String hash, Instant now) {
    Map<String, List<Pod>> byNode = new LinkedHashMap<>();
    for (Pod pod : owned) {
      byNode.computeIfAbsent(DaemonPods.nodeOf(pod), n -> new ArrayList<>()).add(pod);
    }
    Counter counter = new Counter(set, hash, now);
    for (Node node : nodes) {
      counter.node(node, byNode.getOrDefault(node.getMetadata().getName(), List.of()));
    }
    counter.replace();
    return new DaemonSetPlan(counter.create, counter.delete, counter.status());
  }

  private static final class Counter {
    private final DaemonSet set;
    private final String hash;
    private final Instant now;
    private final int minReady;
    private final List<String> create = new ArrayList<>();
    private final List<Pod> delete = new ArrayList<>();
    private final List<Pod> oldWorking = new ArrayList<>();
    private final List<Pod> oldBroken = new ArrayList<>();
    private int desired;
    private int current;
    private int misplaced;
    private int ready;
    private int available;
    private int updated;
    private int missing;

    Counter(DaemonSet set, String hash, Instant now) {
      this.set = set;
      this.hash = hash;
      this.now = now;
      Integer seconds = set.getSpec().getMinReadySeconds();
      this.minReady = seconds == null ? 0 : seconds;
    }

    void node(Node node, List<Pod> pods) {
      boolean wanted = DaemonPods.shouldRun(set, node);
      boolean stays = DaemonPods.mayStay(set, node);
      List<Pod> active = pods.stream().filter(pod -> !Pods.isTerminating(pod)).toList();
      if (wanted) {
        desired++;
        current += pods.isEmpty() ? 0 : 1;
      } else {
        misplaced += pods.isEmpty() ? 0 : 1;
      }
      if (!wanted && !stays) {
        delete.addAll(active);
        return;
      }
      if (wanted && pods.isEmpty()) {
        create.add(node.getMetadata().getName());
        missing++;
        return;
      }
      List<Pod> running = new ArrayList<>();
      for (Pod pod : active) {
        // An ended daemon is replaced: its deletion brings this node back as lacking one.
        if (Pods.isFinished(pod)) {
          delete.add(pod);
        } else {
          running.add(pod);
        }
      }
      running.sort(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));
      if (running.size() > 1) {
        delete.addAll(running.subList(1, running.size()));
      }
      if (wanted) {
        count(running);
      }
    }

    private void count(List<Pod> running) {
      if (running.isEmpty()) {
        missing++;
        return;
      }
      Pod pod = running.get(0);
      boolean works = Pods.isAvailable(pod, minReady, now);
      ready += Pods.isReady(pod) ? 1 : 0;
      available += works ? 1 : 0;
      missing += works ? 0 : 1;
      if (hash.equals(LabelSelectors.labels(pod).get(Revisions.HASH))) {
        updated++;
      } else if (works) {
        oldWorking.add(pod);
      } else {
        oldBroken.add(pod);
      }
    }

    /** A rolling update takes old pods away, never more than may be missing at once. */
    void replace() {
      var strategy = set.getSpec().getUpdateStrategy();
      if (strategy != null && "OnDelete".equals(strategy.getType())) {
        return;
      }
      delete.addAll(oldBroken);
      IntOrString most =
          strategy == null || strategy.getRollingUpdate() == null
              ? null
              : strategy.getRollingUpdate().getMaxUnavailable();
      int allowed = Math.max(0, resolve(most) - missing);
      delete.addAll(oldWorking.subList(0, Math.min(allowed, oldWorking.size())));
    }

    private int resolve(@Nullable IntOrString value) {
      if (value == null) {
        return 1;
      }
      if (value.getIntVal() != null) {
        return value.getIntVal();
      }
      String text = value.getStrVal() == null ? "" : value.getStrVal();
      return text.matches("[0-9]{1,6}%")
          ? (Integer.parseInt(text.substring(0, text.length() - 1)) * desired + 99) / 100
          : 1;
    }

    DaemonSetStatus status() {
      return new DaemonSetStatusBuilder()
          .withObservedGeneration(set.getMetadata().getGeneration())
          .withDesiredNumberScheduled(desired)
          .withCurrentNumberScheduled(current)
          .withNumberMisscheduled(misplaced)
          .withNumberReady(ready)
          .withUpdatedNumberScheduled(updated)
          .withNumberAvailable(available)
          .withNumberUnavailable(desired - available)
          .build();
    }
  }
}
