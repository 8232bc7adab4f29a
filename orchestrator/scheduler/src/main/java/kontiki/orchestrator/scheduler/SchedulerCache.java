package kontiki.orchestrator.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.client.Pods;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;

/**
 * The nodes and the pods on them, kept up to date by the informers, plus pods that the scheduler
 * has placed but whose binding is not visible yet (assumed pods). Thread-safe. A snapshot costs
 * work only for the nodes that changed since the last one.
 */
final class SchedulerCache {
  private static final class Slot {
    private Node node;
    private final Map<String, PodInfo> pods = new LinkedHashMap<>();
    private NodeInfo info;
    private boolean stale;

    Slot(Node node) {
      this.node = node;
      this.info = NodeInfo.of(node, List.of());
    }

    NodeInfo info() {
      if (stale) {
        info = NodeInfo.of(node, pods.values());
        stale = false;
      }
      return info;
    }
  }

  private final Map<String, Slot> slots = new LinkedHashMap<>();
  private final Map<String, PodInfo> placed = new LinkedHashMap<>();
  private final Map<String, Map<String, PodInfo>> homeless = new LinkedHashMap<>();
  private final Map<String, String> assumed = new LinkedHashMap<>();
  private List<NodeInfo> snapshot = List.of();
  private boolean stale = true;

  synchronized void putNode(Node node) {
    String name = node.getMetadata().getName();
    Slot slot = slots.get(name);
    if (slot == null) {
      slot = new Slot(node);
      slots.put(name, slot);
      Map<String, PodInfo> waiting = homeless.remove(name);
      if (waiting != null) {
        slot.pods.putAll(waiting);
      }
    }
    slot.node = node;
    slot.stale = true;
    stale = true;
  }

  synchronized void removeNode(String name) {
    Slot slot = slots.remove(name);
    if (slot != null && !slot.pods.isEmpty()) {
      homeless.put(name, new LinkedHashMap<>(slot.pods));
    }
    stale = true;
  }

  /** A pod is bound to a node, as the API says: replaces an assumption. */
  synchronized void putPod(Pod pod) {
    assumed.remove(Store.key(pod));
    place(PodInfo.of(pod));
  }

  synchronized void removePod(String key) {
    assumed.remove(key);
    PodInfo old = placed.remove(key);
    if (old != null) {
      podsOn(Pods.nodeName(old.pod())).remove(key);
      touch(Pods.nodeName(old.pod()));
    }
  }

  /** The scheduler placed a pod: it counts on the node from now on. */
  synchronized void assume(PodInfo pod, String node) {
    assumed.put(pod.key(), node);
    place(PodInfo.of(new PodBuilder(pod.pod()).editSpec().withNodeName(node).endSpec().build()));
  }

  /** The binding failed: the pod no longer counts. Nothing where the API showed it bound. */
  synchronized void forget(PodInfo pod) {
    if (assumed.containsKey(pod.key())) {
      removePod(pod.key());
    }
  }

  /** Whether the pod was placed here and the API has not shown it bound yet. */
  synchronized boolean isAssumed(String key) {
    return assumed.containsKey(key);
  }

  synchronized boolean isPlaced(String key) {
    return placed.containsKey(key);
  }

  private void place(PodInfo pod) {
    removePodKeepingAssumption(pod.key());
    placed.put(pod.key(), pod);
    String node = Pods.nodeName(pod.pod());
    podsOn(node).put(pod.key(), pod);
    touch(node);
  }

  private void removePodKeepingAssumption(String key) {
    PodInfo old = placed.remove(key);
    if (old != null) {
      podsOn(Pods.nodeName(old.pod())).remove(key);
      touch(Pods.nodeName(old.pod()));
    }
  }

  private Map<String, PodInfo> podsOn(String node) {
    Slot slot = slots.get(node);
    return slot == null ? homeless.computeIfAbsent(node, name -> new LinkedHashMap<>()) : slot.pods;
  }

  private void touch(String node) {
    Slot slot = slots.get(node);
    if (slot == null) {
      Map<String, PodInfo> left = homeless.get(node);
      if (left != null && left.isEmpty()) {
        homeless.remove(node);
      }
      return;
    }
    slot.stale = true;
    stale = true;
  }

  /** The nodes at this moment, in the order of their appearance. */
  synchronized List<NodeInfo> nodes() {
    if (stale) {
      List<NodeInfo> out = new ArrayList<>(slots.size());
      for (Slot slot : slots.values()) {
        out.add(slot.info());
      }
      snapshot = List.copyOf(out);
      stale = false;
    }
    return snapshot;
  }
}
