package kontiki.orchestrator.controllers.pod;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import kontiki.orchestrator.client.LabelSelectors;
import kontiki.orchestrator.client.Owners;
import kontiki.orchestrator.client.Pods;
import org.jspecify.annotations.Nullable;

/**
 * Which pods belong to a controller: those that it controls and that match, those to adopt and
 * those to release. Pure.
 */
public record PodClaim(List<Pod> owned, List<Pod> adopt, List<Pod> release) {
  public PodClaim {
    owned = List.copyOf(owned);
    adopt = List.copyOf(adopt);
    release = List.copyOf(release);
  }

  /** Sorts the pods of the owner's namespace. An owner that is being deleted adopts nothing. */
  public static PodClaim of(
      HasMetadata owner, @Nullable LabelSelector selector, List<Pod> candidates) {
    List<Pod> owned = new ArrayList<>();
    List<Pod> adopt = new ArrayList<>();
    List<Pod> release = new ArrayList<>();
    boolean ending = owner.getMetadata().getDeletionTimestamp() != null;
    for (Pod pod : candidates) {
      boolean matches = LabelSelectors.matches(selector, pod);
      if (Owners.isControlledBy(pod, owner)) {
        if (matches || ending) {
          owned.add(pod);
        } else {
          release.add(pod);
        }
      } else if (matches && !ending && isOrphan(pod)) {
        adopt.add(pod);
      }
    }
    return new PodClaim(owned, adopt, release);
  }

  private static boolean isOrphan(Pod pod) {
    return Owners.controllerOf(pod).isEmpty() && Pods.isActive(pod);
  }
}
