package kontiki.node.kubelet.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;

/** Takes the statuses of pods to the API server, without holding up the pods' threads. */
public interface PodStatusSink {
  /** The pod's status is now this; a status that equals the last one is not sent again. */
  void report(Pod pod, PodStatus status);

  /** The pod has stopped and left nothing on the node: the API server may forget it. */
  void finished(Pod pod);

  /** Whether the newest status of the pod was taken by the API server, or the pod is gone. */
  boolean settled(String uid);

  /** Forgets a pod. */
  void forget(String uid);
}
