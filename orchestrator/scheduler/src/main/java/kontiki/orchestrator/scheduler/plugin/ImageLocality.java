package kontiki.orchestrator.scheduler.plugin;

import io.fabric8.kubernetes.api.model.Container;
import java.util.List;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Prefers nodes that have the pod's images already, the larger the better. */
public final class ImageLocality implements ScorePlugin {
  private static final long LEAST_BYTES = 23L << 20;
  private static final long MOST_BYTES_EACH = 1000L << 20;

  @Override
  public String name() {
    return "ImageLocality";
  }

  @Override
  public int weight() {
    return 1;
  }

  @Override
  public long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> nodes) {
    List<Container> containers = pod.pod().getSpec().getContainers();
    long most = MOST_BYTES_EACH * Math.max(1, containers.size());
    long[] bytes = new long[nodes.size()];
    for (Container container : containers) {
      String image = normalized(container.getImage() == null ? "" : container.getImage());
      long having = nodes.stream().filter(n -> n.images().containsKey(image)).count();
      for (int i = 0; i < bytes.length; i++) {
        Long size = nodes.get(i).images().get(image);
        if (size != null) {
          bytes[i] += size * having / nodes.size();
        }
      }
    }
    for (int i = 0; i < bytes.length; i++) {
      long counted = Math.clamp(bytes[i], LEAST_BYTES, most);
      bytes[i] = MOST * (counted - LEAST_BYTES) / (most - LEAST_BYTES);
    }
    return bytes;
  }

  private static String normalized(String image) {
    return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
  }
}
