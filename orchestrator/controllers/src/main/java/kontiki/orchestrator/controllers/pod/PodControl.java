package kontiki.orchestrator.controllers.pod;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kontiki.orchestrator.client.ApiException;
import kontiki.orchestrator.client.DeleteOptions;
import kontiki.orchestrator.client.Events;
import kontiki.orchestrator.client.Owners;
import kontiki.orchestrator.client.Resource;
import kontiki.orchestrator.client.Store;
import kontiki.orchestrator.controllers.Expectations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, deletes, adopts and releases the pods of an owner, keeps its expectations and reports
 * each act as an event of the owner. Thread-safe.
 */
public final class PodControl {
  /** The first batch of creations; each next one is twice as large while all succeed. */
  public static final int SLOW_START = 1;

  private static final Logger LOG = LoggerFactory.getLogger(PodControl.class);

  private final Resource<Pod> pods;
  private final Events events;
  private final Expectations expectations;

  public PodControl(Resource<Pod> pods, Events events, Expectations expectations) {
    this.pods = pods;
    this.events = events;
    this.expectations = expectations;
  }

  /**
   * Creates pods in batches of 1, 2, 4 ... and stops after the first batch with a failure, so that
   * a template that cannot be created costs few requests.
   *
   * @return the failure, empty where all were created
   */
  public Optional<ApiException> create(HasMetadata owner, List<Pod> wanted) {
    String key = Store.key(owner);
    int done = 0;
    int batch = SLOW_START;
    while (done < wanted.size()) {
      int end = Math.min(wanted.size(), done + batch);
      ApiException failure = null;
      for (Pod pod : wanted.subList(done, end)) {
        try {
          create(owner, pod);
        } catch (ApiException e) {
          expectations.created(key);
          failure = e;
        }
      }
      done = end;
      batch *= 2;
      if (failure != null) {
        for (int i = done; i < wanted.size(); i++) {
          expectations.created(key);
        }
        return Optional.of(failure);
      }
    }
    return Optional.empty();
  }

  private void create(HasMetadata owner, Pod pod) {
    try {
      Pod made = pods.create(pod);
      events.normal(owner, "SuccessfulCreate", "Created pod: " + made.getMetadata().getName());
    } catch (ApiException e) {
      if (!e.isNamespaceTerminating()) {
        events.warning(owner, "FailedCreate", "Error creating: " + e.getMessage());
      }
      throw e;
    }
  }

  /** Deletes pods; gives the first failure. A pod that is gone already is no failure. */
  public Optional<ApiException> delete(HasMetadata owner, List<Pod> unwanted) {
    Optional<ApiException> failure = Optional.empty();
    String key = Store.key(owner);
    for (Pod pod : unwanted) {
      String name = pod.getMetadata().getName();
      try {
        Resource<Pod> there = pods.inNamespace(pod.getMetadata().getNamespace());
        if (there.deleteIfPresent(name, DeleteOptions.ofUid(pod.getMetadata().getUid()))) {
          events.normal(owner, "SuccessfulDelete", "Deleted pod: " + name);
        } else {
          expectations.deleted(key, Store.key(pod));
        }
      } catch (ApiException e) {
        expectations.deleted(key, Store.key(pod));
        events.warning(owner, "FailedDelete", "Error deleting: " + e.getMessage());
        failure = failure.or(() -> Optional.of(e));
      }
    }
    return failure;
  }

  /** Makes the owner the controller of pods that match it and have no controller. */
  public void adopt(HasMetadata owner, List<Pod> orphans) {
    for (Pod pod : orphans) {
      List<OwnerReference> owners = new ArrayList<>(pod.getMetadata().getOwnerReferences());
      owners.add(Owners.controller(owner));
      patchOwners(pod, owners);
    }
  }

  /** Gives up the control of pods that no longer match. */
  public void release(HasMetadata owner, List<Pod> strays) {
    String uid = owner.getMetadata().getUid();
    for (Pod pod : strays) {
      List<OwnerReference> owners = new ArrayList<>(pod.getMetadata().getOwnerReferences());
      owners.removeIf(o -> uid.equals(o.getUid()));
      patchOwners(pod, owners);
    }
  }

  private void patchOwners(Pod pod, List<OwnerReference> owners) {
    Map<String, Object> meta = new LinkedHashMap<>();
    meta.put("uid", pod.getMetadata().getUid());
    meta.put("resourceVersion", pod.getMetadata().getResourceVersion());
    meta.put("ownerReferences", owners);
    try {
      pods.inNamespace(pod.getMetadata().getNamespace())
          .mergePatch(pod.getMetadata().getName(), Map.of("metadata", meta));
    } catch (ApiException e) {
      if (!e.isNotFound()) {
        throw e;
      }
      LOG.debug("pod={} event=gone-before-adoption", Store.key(pod));
    }
  }
}
